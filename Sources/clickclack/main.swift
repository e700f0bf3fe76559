print("clickclack")
