import { useEffect, useState } from "react";
import { ApiError } from "../../api";
import { administration } from "../../api/administration";
import { report } from "../../commands/report";
import { keptInTab } from "../../kept";

const key = (userID: string) => `clickclack.administrator.${userID}`;

/** Whether somebody administers the server. Only the server knows; a tab asks once. */
export function useIsAdministrator(userID: string): boolean {
  const [is, setIs] = useState(() => keptInTab.getItem(key(userID)) === "yes");
  useEffect(() => {
    if (keptInTab.getItem(key(userID)) !== null) return;
    const learn = (answer: boolean) => {
      keptInTab.setItem(key(userID), answer ? "yes" : "no");
      setIs(answer);
    };
    administration.status().then(() => learn(true), (error) => {
      if (error instanceof ApiError && error.status === 403) learn(false);
      else if (!(error instanceof ApiError && error.isTransient)) report(error);
    });
  }, [userID]);
  return is;
}
