"""A server as in production: no development user, nothing for free."""

from server import Server


class ProductionServer(Server):
    """Begins with one person, Captain. `{base}` in the options stands for the server's own address."""

    def start(self):
        self.arguments = [argument.replace("{base}", self.base) for argument in ("--dev-bootstrap=false", *self.arguments)]
        super().start()

    def look_around(self):
        self.admin("bootstrap", "--name", "Captain", "--email", "captain@reef.example")
