// What is read out of Slack's own types as JSON Schema. Known blocks only: the types also let any block through.
import type { BlocksChunk, HomeView, KnownBlock, MarkdownTextChunk, ModalView, PlanUpdateChunk, TaskUpdateChunk } from '@slack/types';

export type Blocks = KnownBlock[];
export type Modal = Omit<ModalView, 'blocks'> & { blocks: KnownBlock[] };
export type Home = Omit<HomeView, 'blocks'> & { blocks: KnownBlock[] };
export type KnownBlocksChunk = Omit<BlocksChunk, 'blocks'> & { blocks: KnownBlock[] };
export type Chunks = (KnownBlocksChunk | MarkdownTextChunk | PlanUpdateChunk | TaskUpdateChunk)[];
