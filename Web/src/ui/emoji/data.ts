// All emoji with the words by which they are found, in the groups and the order of Unicode.

import { standard } from "../../../build/generated/emoji";

/** The words that people use for the most used ones; their names come from Unicode. */
const USUAL = `
😀 grin happy smile|😂 joy laugh tears|🤣 rofl rolling|🙂 slight smile|😉 wink|😊 blush smile|😍 heart eyes love|😘 kiss|😎 cool sunglasses
🤔 thinking hmm|🤨 raised eyebrow|😐 neutral|🙄 eye roll|😬 grimace|😅 sweat smile|😴 sleep|🤤 drool|😷 mask ill|🤒 fever ill|🤯 mind blown
🥳 party face|😢 cry sad|😭 sob|😡 angry rage|😱 scream|😳 flushed|🥺 plead|😇 angel|🤓 nerd|🤖 robot bot|👻 ghost|💀 skull dead|💩 poop
👍 thumbs up yes plus one|👎 thumbs down no|👏 clap|🙌 raised hands hooray|🙏 thanks please pray|🤝 handshake deal|💪 strong muscle|👋 wave hello bye|🤞 fingers crossed luck
👌 ok hand|✌️ victory peace|🤘 rock horns|👉 point right|👈 point left|👆 point up|👇 point down|🫡 salute|🤷 shrug|🤦 facepalm|👀 eyes look
❤️ heart love red|🧡 orange heart|💛 yellow heart|💚 green heart|💙 blue heart|💜 purple heart|🖤 black heart|💔 broken heart|💯 hundred perfect|💥 boom|💡 idea bulb|💤 zzz
🎉 tada party celebrate|🎊 confetti|🎁 gift|🎂 cake birthday|🏆 trophy win|🥇 gold medal first|⭐ star|🌟 glowing star|✨ sparkles|🔥 fire hot|🚀 rocket ship launch|⚡ zap fast
✅ check done|☑️ check box|❌ cross no|⚠️ warning|❗ exclamation|❓ question|🚫 forbidden|🛑 stop|🔴 red circle|🟡 yellow circle|🟢 green circle|🔵 blue circle
🦀 crab ferris|🦞 lobster|🦐 shrimp|🐙 octopus|🐚 shell|🐟 fish|🐳 whale|🐬 dolphin|🌊 wave ocean|🏖️ beach|⚓ anchor|🐢 turtle slow|🐶 dog|🐱 cat|🦊 fox|🐻 bear
🐼 panda|🦄 unicorn|🐝 bee|🦋 butterfly|🌱 seedling|🌵 cactus|🌈 rainbow|☀️ sun|🌧️ rain|❄️ snow|🌙 moon|🍀 clover luck
☕ coffee|🍵 tea|🍺 beer|🍻 cheers|🍷 wine|🍕 pizza|🍔 burger|🌮 taco|🍣 sushi|🍎 apple|🍌 banana|🍪 cookie|🍩 donut|🍿 popcorn
💻 laptop computer|🖥️ desktop|⌨️ keyboard|📱 phone|🔧 wrench fix|🔨 hammer|🛠️ tools|🐛 bug|🧪 test tube|📦 package ship|📌 pin|📎 paperclip|📝 memo note|📅 calendar
📈 chart up|📉 chart down|🔒 lock|🔑 key|🔍 search|⏰ alarm clock|⏳ hourglass wait|📣 megaphone announce|🔔 bell|🔕 no bell mute|📚 books|🎵 music|🎮 game|⚽ football|🚗 car|✈️ plane|🏠 home
`;

export interface Emoji {
  text: string;
  words: string;
}

const parsed = (table: string): Emoji[] => table.trim().split(/[|\n]/).filter(Boolean).map((entry) => {
  const at = entry.indexOf(" ");
  return { text: entry.slice(0, at), words: entry.slice(at + 1) };
});

const usual = new Map(parsed(USUAL).map((emoji) => [emoji.text, emoji]));

const named = ({ text, words }: Emoji): Emoji => {
  const more = usual.get(text)?.words;
  return { text, words: more && more !== words ? `${more} ${words}` : words };
};

/** Smileys, people, nature, food, travel, activities, objects, symbols and flags; only the most used ones where Unicode's list was missing. */
export const emojiGroups: readonly (readonly Emoji[])[] = standard
  ? standard.split("\n").map((group) => parsed(group).map(named)) : [[...usual.values()]];

/** The most used ones first, since they are what is mostly meant. */
export const allEmoji: readonly Emoji[] = (() => {
  const all = emojiGroups.flat();
  return [...all.filter((emoji) => usual.has(emoji.text)), ...all.filter((emoji) => !usual.has(emoji.text))];
})();
