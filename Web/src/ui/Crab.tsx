/** The house crustacean. It waves in empty places. */
export function Crab({ size = 96, mood = "calm" }: { size?: number; mood?: "calm" | "puzzled" | "asleep" }) {
  return (
    <svg className={`crab crab-${mood}`} width={size} height={size * 0.75} viewBox="0 0 128 96" aria-hidden="true">
      <ellipse className="crab-sand" cx="64" cy="86" rx="46" ry="6" />
      <g className="crab-legs">
        <path d="M36 66 22 72 18 84M40 72 30 80 29 88M92 66l14 6 4 12M88 72l10 8 1 8" />
      </g>
      <g className="crab-claw crab-claw-left">
        <path className="crab-arm" d="M36 52C24 50 18 42 18 32" />
        <path className="crab-shell" d="M8 30C6 16 18 8 28 13L20 25 33 22C33 34 24 39 17 38 11 37 8.500 34 8 30Z" />
      </g>
      <g className="crab-claw crab-claw-right">
        <path className="crab-arm" d="M92 52C104 50 110 42 110 32" />
        <path className="crab-shell" d="M120 30C122 16 110 8 100 13L108 25 95 22C95 34 104 39 111 38 117 37 119.500 34 120 30Z" />
      </g>
      <path className="crab-stalk" d="M53 42V32M75 42V32" />
      <path className="crab-shell" d="M64 38C86 38 98 50 96 64 94 76 80 82 64 82S34 76 32 64C30 50 42 38 64 38Z" />
      <path className="crab-spots" d="M46 56h.1M54 50h.1M82 57h.1M74 51h.1" />
      {mood === "asleep" ? (
        <path className="crab-mouth" d="M48 29c2 2.500 7 2.500 9 0M71 29c2 2.500 7 2.500 9 0" />
      ) : (
        <g>
          <circle className="crab-eye" cx="53" cy="29" r="6.500" />
          <circle className="crab-eye" cx="75" cy="29" r="6.500" />
          <circle className="crab-pupil" cx={mood === "puzzled" ? 51 : 54.500} cy="29.500" r="2.800" />
          <circle className="crab-pupil" cx={mood === "puzzled" ? 77 : 76.500} cy={mood === "puzzled" ? 27 : 29.500} r="2.800" />
        </g>
      )}
      <path className="crab-mouth" d={mood === "puzzled" ? "M57 68C61 65 67 65 71 68" : "M55 65C60 70 68 70 73 65"} />
    </svg>
  );
}
