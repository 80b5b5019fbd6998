// The emoji that bots and people use most, by their short names. Others stay as `:name:`.

const KNOWN = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", eyes: "👀", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌",
  tada: "🎉", heart: "❤️", joy: "😂", smile: "😄", slightly_smiling_face: "🙂", thinking_face: "🤔", pray: "🙏", raised_hands: "🙌",
  wave: "👋", clap: "👏", fire: "🔥", rocket: "🚀", warning: "⚠️", rotating_light: "🚨", bell: "🔔", no_bell: "🔕", mute: "🔇",
  calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", phone: "☎️", telephone_receiver: "📞", email: "📧", envelope: "✉️", memo: "📝",
  pencil: "📝", pencil2: "✏️", link: "🔗", lock: "🔒", unlock: "🔓", key: "🔑", mag: "🔍", bulb: "💡", gear: "⚙️", wrench: "🔧",
  hourglass_flowing_sand: "⏳", hourglass: "⌛", clock1: "🕐", stopwatch: "⏱️", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉",
  bar_chart: "📊", moneybag: "💰", dollar: "💵", credit_card: "💳", receipt: "🧾", handshake: "🤝", speech_balloon: "💬", page_facing_up: "📄",
  bookmark: "🔖", pushpin: "📌", red_circle: "🔴", large_red_circle: "🔴", large_yellow_circle: "🟡", large_orange_circle: "🟠", large_green_circle: "🟢",
  large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫", small_red_triangle: "🔺", small_red_triangle_down: "🔻", arrow_up: "⬆️", arrow_down: "⬇️",
  arrow_right: "➡️", arrow_left: "⬅️", repeat: "🔁", leftwards_arrow_with_hook: "↩️", star: "⭐", sparkles: "✨", zap: "⚡", shield: "🛡️",
  information_source: "ℹ️", question: "❓", exclamation: "❗", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", construction: "🚧",
  busts_in_silhouette: "👥", bust_in_silhouette: "👤", office: "🏢", package: "📦", ship: "🚢", seedling: "🌱", ok_hand: "👌", "100": "💯", robot_face: "🤖",
  cry: "😢", disappointed: "😞", sob: "😭", sweat_smile: "😅", point_right: "👉", point_up: "☝️", muscle: "💪", coffee: "☕", inbox_tray: "📥", outbox_tray: "📤",
};

/** The reactions offered first. */
export const QUICK = ["+1", "eyes", "white_check_mark", "tada", "heart", "thinking_face"];

/** The emoji of a short name, or the name between colons. */
export const emoji = (name) => KNOWN[name] ?? KNOWN[name.split("::")[0]] ?? `:${name}:`;
