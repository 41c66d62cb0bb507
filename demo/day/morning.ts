import { zoomIds } from "../../test/stand-ins/zoom.ts";
import type { Cast } from "./cast.ts";
import { doubled, late, lost, overlapping, overtaken } from "./journey.ts";
import { type Scene, type Setting, sceneOf } from "./scene.ts";

/** The meetings from eight to noon, each with the trouble its name tells. */
export function morning(setting: Setting, cast: Cast): Scene[] {
  return [
    startedIsLost(setting, cast),
    instantOf43Seconds(setting, cast),
    standUpWithDuplicates(setting, cast),
    waitingRoomAndJoinBeforeHost(setting, cast),
    ...personalRoomStartedThreeTimes(setting, cast),
    breakoutRooms(setting, cast),
    joinIsLostAndTopicIsHostile(setting, cast),
  ];
}

function startedIsLost(setting: Setting, { lena, oskar, amara, davide }: Cast): Scene {
  const about = { topic: "Support handover", host: lena, startedAt: "08:02:11", bookedMinutes: 30, type: 3 };
  const handover = sceneOf(setting, about);
  handover.starts(lost);
  handover.stays(lena, "08:02:11", "08:24:40");
  handover.stays(oskar, "08:02:48", "08:24:38");
  handover.stays(amara, "08:03:05", "08:24:35");
  handover.stays(davide, "08:09:30", "08:20:02");
  handover.ends("08:24:41");
  return handover;
}

function instantOf43Seconds(setting: Setting, { lena, felix }: Cast): Scene {
  const topic = "Lena Hartmann's Zoom Meeting";
  const quick = sceneOf(setting, { topic, host: lena, startedAt: "08:47:10", bookedMinutes: 0, type: 1 });
  quick.starts();
  quick.stays(lena, "08:47:10", "08:47:53");
  quick.stays(felix, "08:47:24", "08:47:51");
  quick.ends("08:47:53");
  return quick;
}

function standUpWithDuplicates(setting: Setting, cast: Cast): Scene {
  const { ines, juno, tomas, priya, noor, yuki, sofia } = cast;
  const uuid = `/${zoomIds(setting.random).meetingUuid().slice(1)}`; // such a uuid breaks careless paths and keys
  const about = { topic: "Daily stand-up", host: ines, startedAt: "09:00:07", bookedMinutes: 15, type: 8, uuid };
  const standUp = sceneOf(setting, about);
  standUp.starts(overlapping);
  standUp.joins(ines, "09:00:07", overtaken(6)).leaves("09:16:29");
  standUp.joins(juno, "09:00:31", overlapping).leaves("09:16:27", overlapping);
  standUp.joins(tomas, "09:00:58", doubled).leaves("09:16:27");
  standUp.joins(priya, "09:01:12", overtaken(40)).leaves("09:16:28");
  standUp.stays(noor, "09:01:15", "09:16:25");
  standUp.stays(yuki, "09:02:03", "09:16:26");
  standUp.stays(sofia, "09:05:44", "09:11:20");
  standUp.ends("09:16:30", doubled);
  return standUp;
}

function waitingRoomAndJoinBeforeHost(setting: Setting, { sofia, davide }: Cast): Scene {
  const { at } = setting;
  const about = {
    topic: "Interview: Robin Castellanos",
    host: sofia,
    startedAt: "09:30:20",
    bookedMinutes: 60,
    type: 2,
  };
  const interview = sceneOf(setting, about);
  const { connection } = interview.bodies;
  interview.tells(interview.bodies.created(at("08:20:00"), at("09:30:00")));
  const early = connection(davide);
  interview.tells(early.waitsForHost(at("09:27:50")));
  interview.tells(early.joinedBeforeHost(at("09:30:20")));
  interview.starts(overtaken(2));
  interview.stays(sofia, "09:30:20", "10:14:58");
  interview.stays(davide, "09:30:22", "10:14:57");

  const robin = { name: "Robin Castellanos" };
  const atTheDoor = connection(robin);
  interview.tells(atTheDoor.enteredWaitingRoom(at("09:31:10")));
  interview.tells(atTheDoor.admitted(at("09:34:00")));
  interview.tells(atTheDoor.leftWaitingRoom(at("09:34:01")));
  interview.joinsWith(atTheDoor, robin, "09:34:02").leaves("10:14:40");

  const stranger = connection({ name: "iPhone" }); // waited and was never let in
  interview.tells(stranger.enteredWaitingRoom(at("09:40:12")));
  interview.tells(stranger.leftWaitingRoom(at("09:47:30")));
  interview.ends("10:15:00");
  return interview;
}

function personalRoomStartedThreeTimes(setting: Setting, { tomas, juno, priya }: Cast): Scene[] {
  const room = { topic: "Tomás Rivera's Personal Meeting Room", host: tomas, bookedMinutes: 60, type: 4 };
  const number = "4155550127";
  const first = sceneOf(setting, { ...room, number, startedAt: "09:52:30" });
  first.starts();
  first.stays(tomas, "09:52:30", "09:58:10");
  first.stays(juno, "09:53:01", "09:58:09");
  first.ends("09:58:10", late(5)); // by then the room is in use again

  const second = sceneOf(setting, { ...room, number, startedAt: "09:59:40" });
  second.starts();
  second.stays(tomas, "09:59:40", "10:21:05");
  second.stays(priya, "10:00:20", "10:21:03");
  second.stays(juno, "10:04:15", "10:12:45");
  second.ends("10:21:05");

  const third = sceneOf(setting, { ...room, number, startedAt: "10:40:00" });
  third.starts();
  third.stays(tomas, "10:40:00", "10:44:30");
  third.ends("10:44:30");
  return [first, second, third];
}

function breakoutRooms(setting: Setting, cast: Cast): Scene {
  const { at } = setting;
  const { ines, noor, lena, oskar, amara, felix, yuki } = cast;
  const about = { topic: "Workshop: what we learned", host: ines, startedAt: "10:15:08", bookedMinutes: 90, type: 2 };
  const workshop = sceneOf(setting, about);
  const rooms = [zoomIds(setting.random).meetingUuid(), zoomIds(setting.random).meetingUuid()] as const;
  workshop.starts();
  workshop.stays(ines, "10:15:08", "11:41:00");
  [noor, lena, oskar, amara, felix].forEach((who, index) => {
    const room = rooms[index % 2 === 0 ? 0 : 1];
    const goes = index % 2 === 0 ? "joined" : "left";
    const returns = index < 3 ? "left" : "joined";
    const device = workshop.joins(who, `10:15:${20 + index * 7}`);
    device.moves(`10:35:0${index}`, goes);
    workshop.tells(device.connection.enteredRoom(at(`10:35:0${index}`), room));
    workshop.tells(device.connection.leftRoom(at(`10:55:1${index}`), room));
    device.moves(`10:55:1${index}`, returns);
    device.leaves(`11:40:5${index}`);
  });
  const straightHome = workshop.joins(yuki, "10:16:02"); // leaves the meeting from the room: no move back
  straightHome.moves("10:35:07", "left");
  workshop.tells(straightHome.connection.enteredRoom(at("10:35:07"), rooms[1]));
  straightHome.leaves("10:50:33");
  workshop.ends("11:41:00");
  return workshop;
}

const HOSTILE_TOPIC = [
  "*Budget* <!channel> @here @everyone <https://example.com|click me> <@U000000> `code` & <b>bold</b>",
  "\u202Egpj.ecila\u202C \u2066left\u2069 \u200Bzero\u200Dwidth \u0007bell Z\u0351\u036B\u0343a\u0329\u034El\u0489g\u0334o",
  "👩‍👩‍👧‍👦🏳️‍🌈 {{template}} $(shell) '; DROP TABLE meetings; --",
  "and on it goes, ".repeat(20),
].join(" ");

function joinIsLostAndTopicIsHostile(setting: Setting, { felix, sofia, davide }: Cast): Scene {
  const about = { topic: HOSTILE_TOPIC, host: felix, startedAt: "11:00:05", bookedMinutes: 30, type: 2 };
  const budget = sceneOf(setting, about);
  budget.starts();
  budget.stays(felix, "11:00:05", "11:26:12");
  budget.stays({ name: "<script>alert(1)</script> @here" }, "11:01:00", "11:26:10");
  budget.stays(sofia, "11:02:18", "11:26:11");
  budget.joins(davide, "11:08:00", lost).leaves("11:20:30");
  budget.ends("11:26:12");
  return budget;
}
