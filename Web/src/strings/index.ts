import { en, type Strings } from "./en";

/** The texts in the language of the page. Another language is another module of type `Strings`, chosen here. */
export const strings: Strings = en;
