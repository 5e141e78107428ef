// Plays an address with the independent client `yellowstone` and prints what it saw as JSON.
"use strict";

const { RtspClient } = require("yellowstone");

const [url, wanted] = [process.argv[2], Number(process.argv[3])];
const client = new RtspClient();
const packets = [];
let reports = 0;

client.on("controlData", () => (reports += 1));
client.on("data", (_channel, _payload, packet) => {
  packets.push({ id: packet.id, timestamp: packet.timestamp, marker: packet.marker === 1 });
  if (packets.filter((each) => each.marker).length >= wanted) {
    console.log(JSON.stringify({ packets, reports }));
    process.exit(0);
  }
});
client
  .connect(url)
  .then(() => client.play())
  .catch((error) => {
    console.error(String(error));
    process.exit(1);
  });
