import type { ZoomBody } from "../../test/stand-ins/zoom.ts";
import type { Cast } from "./cast.ts";
import { doubled, type Journey, late, lost, overlapping, overtaken } from "./journey.ts";
import { type Scene, type Setting, sceneOf } from "./scene.ts";

/** The meetings from noon to ten past six, each with the trouble its name tells. */
export function afternoon(setting: Setting, cast: Cast): Scene[] {
  return [
    endedIsLostAndTopicIsEmpty(setting, cast),
    crashAndRejoin(setting, cast),
    guestsAndAPhone(setting, cast),
    allHands(setting, cast),
    joinIsLateAndMeetingOverruns(setting, cast),
    stillRunningAtSix(setting, cast),
  ];
}

function endedIsLostAndTopicIsEmpty(setting: Setting, { noor, yuki, oskar }: Cast): Scene {
  const lunch = sceneOf(setting, { topic: "", host: noor, startedAt: "12:15:02", bookedMinutes: 0, type: 1 });
  lunch.starts();
  lunch.stays(noor, "12:15:02", "12:48:20");
  lunch.stays(yuki, "12:15:40", "12:47:55");
  lunch.stays(oskar, "12:21:09", "12:44:00");
  lunch.ends("12:48:20", lost);
  return lunch;
}

function crashAndRejoin(setting: Setting, { amara, juno, tomas, lena }: Cast): Scene {
  const about = { topic: "Release: go or no-go", host: amara, startedAt: "13:00:03", bookedMinutes: 30, type: 2 };
  const release = sceneOf(setting, about);
  release.starts();
  release.joins(amara, "13:00:03").leaves("13:24:46", overtaken(14));
  release.joins(tomas, "13:00:40").leaves("13:24:46", overtaken(9));
  release.joins(lena, "13:01:22").leaves("13:24:46", overtaken(11));
  const crashed = release.joins(juno, "13:00:30");
  const back = release.joins(juno, "13:12:10");
  crashed.leaves("13:13:41"); // Zoom notices 91 s after the new connection
  back.leaves("13:24:40");
  release.ends("13:24:46");
  return release;
}

function guestsAndAPhone(setting: Setting, { davide, sofia }: Cast): Scene {
  const about = { topic: "Northwind: kick-off", host: davide, startedAt: "13:30:12", bookedMinutes: 45, type: 2 };
  const kickOff = sceneOf(setting, about);
  kickOff.starts();
  kickOff.stays(davide, "13:30:12", "14:12:30");

  kickOff.stays({ name: "Alex" }, "13:31:00", "13:58:20"); // two people of one name
  kickOff.stays({ name: "Alex" }, "13:33:30", "14:12:25");

  const chris = { name: "Chris (Northwind)" };
  kickOff.stays(chris, "13:31:40", "13:41:10");
  kickOff.stays(chris, "13:46:00", "14:12:28"); // the same guest, back again

  const laptop = kickOff.joins(sofia, "13:30:50");
  const call = kickOff.bodies.connection({ name: "43155501**", phone: "4315550163" });
  const phone = kickOff.joinsWith(call, sofia, "13:36:05");
  kickOff.tells(phone.connection.boundTo(laptop.connection, setting.at("13:36:20")));
  laptop.leaves("13:50:00"); // goes on by phone
  phone.leaves("14:05:00");
  kickOff.ends("14:12:30");
  return kickOff;
}

function allHands(setting: Setting, { ines, everybody }: Cast): Scene {
  const about = { topic: "All-hands", host: ines, startedAt: "14:30:00", bookedMinutes: 45, type: 2 };
  const hall = sceneOf(setting, about);
  const mishap = (): Journey[] => {
    const roll = setting.random();
    return roll < 0.04 ? [overlapping] : roll < 0.08 ? [doubled] : roll < 0.14 ? [overtaken(20)] : [];
  };
  hall.starts();
  const tablet = hall.joins(ines, "14:30:00");
  const laptop = hall.joins(ines, "14:34:10"); // two devices: counted once
  tablet.leaves("14:55:00");
  laptop.leaves("15:14:05");
  for (const who of everybody.filter((person) => person !== ines)) {
    const isEarly = setting.random() < 0.15;
    const device = hall.joins(who, between(setting, "14:30:01", "14:36:00"), ...mishap());
    device.leaves(
      isEarly ? between(setting, "14:40:00", "15:05:00") : between(setting, "15:13:40", "15:14:05"),
      ...mishap(),
    );
  }
  hall.tells(unheardOf(setting.at("15:00:00"), hall.bodies.meeting.uuid));
  hall.ends("15:14:05");
  return hall;
}

/** Zoom adds events without notice. */
function unheardOf(event_ts: number, uuid: string): ZoomBody {
  return { event: "meeting.cake_served", event_ts, payload: { object: { uuid, slices: 60 } } };
}

function joinIsLateAndMeetingOverruns(setting: Setting, { yuki, noor, felix, priya }: Cast): Scene {
  const about = { topic: "Design critique", host: yuki, startedAt: "15:45:10", bookedMinutes: 30, type: 8 };
  const critique = sceneOf(setting, about);
  critique.tells(critique.bodies.created(setting.at("09:05:00"), setting.at("15:45:00")));
  critique.starts();
  critique.stays(yuki, "15:45:10", "16:37:02");
  critique.stays(felix, "15:45:55", "16:37:00");
  critique.stays(priya, "15:49:00", "16:15:30");
  critique.joins(noor, "16:20:10", late(25)).leaves("16:36:58"); // known to have joined after all is over
  critique.ends("16:37:02");
  return critique;
}

function stillRunningAtSix(setting: Setting, { ines, tomas, amara, davide }: Cast): Scene {
  const about = { topic: "Roadmap for spring", host: ines, startedAt: "17:35:10", bookedMinutes: 30, type: 2 };
  const roadmap = sceneOf(setting, about);
  roadmap.tells(roadmap.bodies.created(setting.at("09:10:00"), setting.at("17:30:00")));
  roadmap.starts();
  roadmap.stays(ines, "17:35:10", "18:08:20");
  roadmap.stays(tomas, "17:35:30", "18:08:19");
  roadmap.stays(amara, "17:41:00", "18:03:12");
  roadmap.stays(davide, "17:36:05", "17:58:00");
  roadmap.ends("18:08:20");
  return roadmap;
}

/** Some wall-clock time between two others, whole seconds. */
function between({ random }: Setting, from: string, to: string): string {
  const seconds = (time: string) => time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const at = seconds(from) + Math.floor(random() * (seconds(to) - seconds(from)));
  return [at / 3600, (at / 60) % 60, at % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}
