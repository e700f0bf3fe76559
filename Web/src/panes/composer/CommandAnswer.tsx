import { useState } from "react";
import { messageOf } from "../../commands/report";
import { commandOf, runCommand } from "../../commands/slash";
import { MessageBody } from "../../markdown/MessageBody";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";

interface Answer {
  command: string;
  text: string;
  failed: boolean;
}

export interface Commands {
  answer: Answer | null;
  running: string;
  /** Runs the command that a text begins with; `otherwise` when it is none. */
  run(text: string, otherwise: () => void): void;
  dismiss(): void;
}

/** Runs the commands of integrations and keeps what they answered to me alone. */
export function useCommands(workspaceID: string, channelID: string, setText: (text: string) => void): Commands {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [running, setRunning] = useState("");
  const run = async (text: string, otherwise: () => void) => {
    const command = commandOf(text)?.command ?? "";
    setRunning(strings.composer.running(command));
    try {
      const told = await runCommand(workspaceID, channelID, text);
      if (!told) return otherwise();
      setText("");
      const forMe = told.response_type === "ephemeral" || !told.message;
      setAnswer(forMe ? { command, text: told.text || strings.composer.noAnswer, failed: false } : null);
    } catch (error) {
      // What was typed stays, to be tried again.
      setAnswer({ command, text: `${strings.composer.commandFailed(command)} ${messageOf(error)}`, failed: true });
    } finally {
      setRunning("");
    }
  };
  return {
    answer, running, dismiss: () => setAnswer(null),
    run: (text, otherwise) => {
      if (!running) void run(text, otherwise);
    },
  };
}

export function CommandAnswerView({ commands }: { commands: Commands }) {
  const { answer } = commands;
  return (
    <div role="status">
      {answer && (
        <div className={classes("command-answer", answer.failed && "command-failed")}>
          <span className="command-answer-head">
            <Icon name={answer.failed ? "warning" : "eye"} size={14} />
            {answer.failed ? answer.command : `${answer.command} · ${strings.composer.onlyYou}`}
          </span>
          {answer.failed ? <p>{answer.text}</p> : <MessageBody body={answer.text} />}
          <IconButton icon="close" size={14} label={strings.common.dismiss} onClick={commands.dismiss} />
        </div>
      )}
    </div>
  );
}
