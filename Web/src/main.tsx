import { createRoot } from "react-dom/client";
import { App } from "./App";
import { startSession } from "./commands/session";

const place = document.getElementById("app");
if (!place) throw new Error("the page has no place for the client");
createRoot(place).render(<App />);
void startSession();
