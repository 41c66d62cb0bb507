import type { ViewBlock } from "./blocks/view-blocks.ts";
import type { Block } from "./check-blocks.ts";
import type { Workspace } from "./workspace.ts";

type Picture = { image_url?: string | undefined; slack_file?: { id?: string | undefined } | undefined };

/** What Slack says to pictures that it cannot show: a file it does not have or has not looked at yet, an address it cannot reach. */
export function pictureTroubles(blocks: (Block | ViewBlock)[], { files }: Workspace, root: string): string[] {
  return picturesIn(blocks, root).flatMap(({ picture, at }) => {
    if (picture.slack_file) {
      const file = files.file(picture.slack_file.id ?? "");
      const isShown = file?.state === "complete" && file.isProcessed && file.mimetype.startsWith("image/");
      return isShown ? [] : [`[ERROR] invalid slack file [json-pointer:${at}/slack_file]`];
    }
    const isReached = picture.image_url && !PRIVATE.test(new URL(picture.image_url).hostname);
    return isReached ? [] : [`[ERROR] downloading image failed [json-pointer:${at}/image_url]`];
  });
}

/** Where Slack does not get to. */
const PRIVATE =
  /^(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|[^.]+$)|\.(local|internal)$/;

function picturesIn(blocks: (Block | ViewBlock)[], root: string): { picture: Picture; at: string }[] {
  return blocks.flatMap((block, index) => {
    const at = `${root}/${index}`;
    if (block.type === "image") return [{ picture: block, at }];
    if (block.type === "section" && block.accessory?.type === "image")
      return [{ picture: block.accessory, at: `${at}/accessory` }];
    if (block.type === "context")
      return block.elements.flatMap((part, place) =>
        part.type === "image" ? [{ picture: part, at: `${at}/elements/${place}` }] : [],
      );
    if (block.type === "container") return picturesIn(block.child_blocks, `${at}/child_blocks`);
    return [];
  });
}
