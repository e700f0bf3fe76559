// Emoji with the words by which they are found, in the order of the picker.

const TABLE = `
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

export const allEmoji: readonly Emoji[] = TABLE.trim().split(/[|\n]/).map((entry) => {
  const at = entry.indexOf(" ");
  return { text: entry.slice(0, at), words: entry.slice(at + 1) };
});
