//! The numbers of Slack's limits. Characters are counted as Unicode scalar values unless the name says bytes.

/// Blocks of a message, and of a chunk of blocks in a stream.
pub const MESSAGE_BLOCKS: usize = 50;
/// Blocks of a modal or the Home tab.
pub const VIEW_BLOCKS: usize = 100;
/// `block_id`, `action_id`, `callback_id`, `external_id`.
pub const ID: usize = 255;

/// `text` of a message; what is longer is cut off.
pub const TEXT: usize = 40_000;
/// `text` of `chat.update`, in bytes.
pub const UPDATE_TEXT_BYTES: usize = 4_000;
/// `markdown_text`, of a message and of a stream, and all markdown blocks of a payload together.
pub const MARKDOWN: usize = 12_000;
/// All that a message shows. Slack documents no figure; posts begin to fail a little above this one.
pub const RENDERED: usize = 13_000;
/// Secondary attachments of a message.
pub const ATTACHMENTS: usize = 100;
/// Table and data table blocks of a message, together.
pub const TABLES: usize = 1;
/// Charts of a message.
pub const CHARTS: usize = 2;

/// Text of a section, and of any text object that has no limit of its own.
pub const SECTION_TEXT: usize = 3_000;
/// Fields of a section.
pub const SECTION_FIELDS: usize = 10;
/// Text of a section's field.
pub const FIELD_TEXT: usize = 2_000;
/// Text of a header.
pub const HEADER_TEXT: usize = 150;
/// Elements of a context block.
pub const CONTEXT_ELEMENTS: usize = 10;
/// Elements of an actions block.
pub const ACTIONS: usize = 25;
/// Elements of a context actions block.
pub const CONTEXT_ACTIONS: usize = 5;
/// Label and hint of an input.
pub const INPUT_LABEL: usize = 2_000;
/// Address of an image or a button.
pub const URL: usize = 3_000;
/// `alt_text` and title of an image.
pub const ALT_TEXT: usize = 2_000;

/// Text of a button, and what a screen reader says for it.
pub const BUTTON_TEXT: usize = 75;
/// `value` of a button.
pub const BUTTON_VALUE: usize = 2_000;
/// Placeholder of an input or a menu.
pub const PLACEHOLDER: usize = 150;
/// Text, description and group label of an option.
pub const OPTION_TEXT: usize = 75;
/// `value` of an option.
pub const OPTION_VALUE: usize = 150;
/// Options, or groups of options, of a menu.
pub const OPTIONS: usize = 100;
/// Options of an overflow menu.
pub const OVERFLOW_OPTIONS: usize = 5;
/// Checkboxes or radio buttons.
pub const CHOICES: usize = 10;
/// What a person may type into a plain text input.
pub const TYPED: i64 = 3_000;
/// Title of a confirmation.
pub const CONFIRM_TITLE: usize = 100;
/// Text of a confirmation.
pub const CONFIRM_TEXT: usize = 300;
/// The two buttons of a confirmation.
pub const CONFIRM_BUTTON: usize = 30;

/// Rows of a table.
pub const TABLE_ROWS: usize = 100;
/// Columns of a table or a data table.
pub const TABLE_COLUMNS: usize = 20;
/// Rows of a data table, its header among them.
pub const DATA_TABLE_ROWS: usize = 101;
/// Characters of all cells of a table or a data table.
pub const TABLE_CHARACTERS: usize = 10_000;
/// Title and subtitle of a card or a container.
pub const CARD_TITLE: usize = 150;
/// Body of a card.
pub const CARD_BODY: usize = 200;
/// Buttons of a card.
pub const CARD_ACTIONS: usize = 3;
/// Cards of a carousel.
pub const CARDS: usize = 10;
/// Blocks within a container.
pub const CHILD_BLOCKS: usize = 10;
/// Title of a video, and of its author.
pub const VIDEO_TITLE: usize = 199;
/// Author of a video.
pub const VIDEO_AUTHOR: usize = 49;

/// Title of a chart and of its axes.
pub const CHART_TITLE: usize = 50;
/// Name of a series, a segment or a category.
pub const CHART_LABEL: usize = 20;
/// Series, or segments, of a chart.
pub const CHART_SERIES: usize = 6;
/// Points of a series.
pub const CHART_POINTS: usize = 20;

/// Title, submit and close of a modal.
pub const VIEW_TITLE: usize = 24;
/// `private_metadata` of a view.
pub const PRIVATE_METADATA: usize = 3_000;

/// Details and output of a task in a stream.
pub const TASK_DETAILS: usize = 256;
