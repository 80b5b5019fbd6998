//! The walker: holds a payload against the table.

use serde_json::{Map, Value};

use super::objects::{EITHER, ONLY_MRKDWN, ONLY_PLAIN};
use super::shape::{Kind, Rule, Shape};
use super::{Fault, Surface, limits};

/// Walks through a payload, gathering faults and what has to be counted over the whole of it.
pub struct Walker {
    pub surface: Surface,
    pub faults: Vec<Fault>,
    pointer: String,
    /// Characters people see.
    pub rendered: usize,
    /// Characters of markdown blocks.
    pub markdown: usize,
    /// Table and data table blocks.
    pub tables: usize,
    /// Charts.
    pub charts: usize,
    /// Whether it asks for input.
    pub inputs: bool,
    /// Elements that want the focus.
    pub focused: usize,
    block_ids: Vec<String>,
    /// Those of the block it is in.
    action_ids: Vec<String>,
}

impl Walker {
    pub fn new(surface: Surface) -> Self {
        Self {
            surface,
            faults: Vec::new(),
            pointer: String::new(),
            rendered: 0,
            markdown: 0,
            tables: 0,
            charts: 0,
            inputs: false,
            focused: 0,
            block_ids: Vec::new(),
            action_ids: Vec::new(),
        }
    }

    /// Goes a step down, does something there and comes back.
    pub fn within<T>(&mut self, step: &str, there: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        let result = there(self);
        self.pointer.truncate(length);
        result
    }

    /// Something is wrong here.
    pub fn fault(&mut self, message: impl Into<String>) {
        self.faults.push(Fault { pointer: self.pointer.clone(), message: message.into() });
    }

    /// Something is wrong with that field.
    pub fn fault_at(&mut self, field: &str, message: impl Into<String>) {
        self.within(field, |walker| walker.fault(message));
    }

    /// The fields of an object; anything else is a fault.
    pub fn fields<'value>(&mut self, value: &'value Value) -> Option<&'value Map<String, Value>> {
        let fields = value.as_object();
        if fields.is_none() {
            self.fault("must be an object");
        }
        fields
    }

    /// An object against a shape.
    pub fn object(&mut self, value: &Value, shape: &'static Shape) {
        let Some(fields) = self.fields(value) else { return };
        let places = shape.places;
        let stands = match self.surface {
            Surface::Message => places.message,
            Surface::Modal => places.modal,
            Surface::Home => places.home,
        };
        if !stands {
            self.fault(format!("{} cannot stand in {}", shape.tag, self.surface.name()));
        }
        for name in fields.keys() {
            let known = shape.fields.iter().any(|field| field.name == name);
            if !known && !(name == "type" && !shape.tag.is_empty()) {
                self.fault_at(name, "is not a field Slack knows here");
            }
        }
        for field in shape.fields {
            match fields.get(field.name) {
                Some(value) => {
                    self.within(field.name, |walker| {
                        walker.value(value, &field.kind);
                        walker.note(field.name, value);
                    });
                }
                None if field.needed => self.fault_at(field.name, "is missing"),
                None => {}
            }
        }
        for rule in shape.rules {
            self.rule(fields, rule);
        }
    }

    /// An object whose `type` picks its shape.
    pub fn any(&mut self, value: &Value, shapes: &[&'static Shape]) {
        let Some(fields) = self.fields(value) else { return };
        let Some(tag) = fields.get("type").and_then(Value::as_str) else {
            self.fault_at("type", "must say what this is");
            return;
        };
        match shapes.iter().find(|shape| shape.tag == tag) {
            Some(shape) => self.tagged(value, shape),
            None => {
                let tags: Vec<_> = shapes.iter().map(|shape| shape.tag).collect();
                self.fault_at("type", format!("must be one of {}", tags.join(", ")));
            }
        }
    }

    /// An object with a `type`, counted when it is one that is counted.
    fn tagged(&mut self, value: &Value, shape: &'static Shape) {
        let before = self.rendered;
        let is_block = shape.fields.iter().any(|field| field.name == "block_id");
        let outer = is_block.then(|| std::mem::take(&mut self.action_ids));
        self.object(value, shape);
        if let Some(outer) = outer {
            self.action_ids = outer;
        }
        let shown = self.rendered - before;
        match shape.tag {
            "table" | "data_table" => {
                self.tables += 1;
                if shown > limits::TABLE_CHARACTERS {
                    self.fault_at("rows", too_long(limits::TABLE_CHARACTERS, shown));
                }
            }
            "data_visualization" => self.charts += 1,
            "markdown" => self.markdown += shown,
            "input" => self.inputs = true,
            _ => {}
        }
    }

    /// Keeps what must not come twice.
    fn note(&mut self, field: &str, value: &Value) {
        let ids = match field {
            "block_id" => &mut self.block_ids,
            "action_id" => &mut self.action_ids,
            "focus_on_load" => {
                self.focused += usize::from(value == &Value::Bool(true));
                return;
            }
            _ => return,
        };
        let Some(id) = value.as_str() else { return };
        if ids.iter().any(|other| other == id) {
            self.fault("is there twice");
        } else {
            ids.push(id.to_owned());
        }
    }

    /// A value against a kind.
    pub fn value(&mut self, value: &Value, kind: &'static Kind) {
        match kind {
            Kind::Hidden(least, most) => {
                self.text(value, *least, *most);
            }
            Kind::Shown(least, most) => {
                self.rendered += self.text(value, *least, *most).map_or(0, |(_, length)| length)
            }
            Kind::Url(most) => self.text_like(value, *most, is_address, "must be an address"),
            Kind::Day => self.text_like(value, 10, is_day, "must be a day such as 2026-11-29"),
            Kind::Clock => self.text_like(value, 5, is_clock, "must be a time such as 09:30"),
            Kind::Figure => self.text_like(value, 40, is_figure, "must be a number in a string"),
            Kind::OneOf(words) => {
                if !value.as_str().is_some_and(|text| words.contains(&text)) {
                    self.fault(format!("must be one of {}", words.join(", ")));
                }
            }
            Kind::Flag => {
                if !value.is_boolean() {
                    self.fault("must be true or false");
                }
            }
            Kind::Whole(least, most) => match value.as_i64() {
                None => self.fault("must be a whole number"),
                Some(number) if number < *least => self.fault(format!("must be at least {least}")),
                Some(number) if number > *most => self.fault(format!("must be at most {most}")),
                Some(_) => {}
            },
            Kind::Number => {
                if !value.is_number() {
                    self.fault("must be a number");
                }
            }
            Kind::Plain(most) => self.text_object(value, ONLY_PLAIN, *most),
            Kind::Mrkdwn(most) => self.text_object(value, ONLY_MRKDWN, *most),
            Kind::Text(most) => self.text_object(value, EITHER, *most),
            Kind::List(least, most, kind) => self.list(value, *least, *most, kind),
            Kind::Object(shape) => self.object(value, shape),
            Kind::Any(shapes) => self.any(value, shapes),
        }
    }

    fn list(&mut self, value: &Value, least: usize, most: usize, kind: &'static Kind) {
        let Some(items) = value.as_array() else { return self.fault("must be an array") };
        self.count(items.len(), least, most);
        for (index, item) in items.iter().enumerate() {
            self.within(&index.to_string(), |walker| walker.value(item, kind));
        }
    }

    /// How many items an array has.
    pub fn count(&mut self, items: usize, least: usize, most: usize) {
        if items < least {
            self.fault(format!("must have at least {least} items"));
        } else if items > most {
            self.fault(format!("must have at most {most} items, has {items}"));
        }
    }

    /// A string within limits, and how long it is.
    pub fn text<'value>(&mut self, value: &'value Value, least: usize, most: usize) -> Option<(&'value str, usize)> {
        let Some(text) = value.as_str() else {
            self.fault("must be a string");
            return None;
        };
        let length = text.chars().count();
        if length < least {
            self.fault("must not be empty");
        } else if length > most {
            self.fault(too_long(most, length));
        }
        Some((text, length))
    }

    fn text_like(&mut self, value: &Value, most: usize, fits: fn(&str) -> bool, otherwise: &str) {
        if let Some((text, length)) = self.text(value, 1, most)
            && (1..=most).contains(&length)
            && !fits(text)
        {
            self.fault(otherwise);
        }
    }

    fn text_object(&mut self, value: &Value, shapes: &[&'static Shape], most: usize) {
        self.any(value, shapes);
        let length = value.get("text").and_then(Value::as_str).map_or(0, |text| text.chars().count());
        if length > most {
            self.fault_at("text", too_long(most, length));
        }
    }

    fn rule(&mut self, fields: &Map<String, Value>, rule: &Rule) {
        let there = |name: &&&str| fields.contains_key(**name);
        match rule {
            Rule::AtLeastOne(names) => {
                if names.iter().filter(there).count() == 0 {
                    self.fault(format!("must have {}", names.join(" or ")));
                }
            }
            Rule::ExactlyOne(names) => {
                if names.iter().filter(there).count() != 1 {
                    self.fault(format!("must have either {}", names.join(" or ")));
                }
            }
            Rule::Among(chosen, options) => self.among(fields, chosen, options),
            Rule::Ordered(least, most) => {
                let number = |name: &str| {
                    let value = fields.get(name)?;
                    value.as_f64().or_else(|| value.as_str()?.parse().ok())
                };
                if let (Some(low), Some(high)) = (number(least), number(most))
                    && low > high
                {
                    self.fault_at(least, format!("must not be above {most}"));
                }
            }
            Rule::Holds(check) => {
                if let Some((field, message)) = check(fields) {
                    self.fault_at(field, message);
                }
            }
        }
    }

    /// What is chosen at first must be one of the options, those in groups among them.
    fn among(&mut self, fields: &Map<String, Value>, chosen: &str, options: &str) {
        let Some(first) = fields.get(chosen) else { return };
        let groups = items(fields.get("option_groups")).iter().flat_map(|group| items(group.get("options")));
        let all: Vec<_> = items(fields.get(options)).iter().chain(groups).collect();
        let picked = first.as_array().map_or(std::slice::from_ref(first), Vec::as_slice);
        if !picked.iter().all(|option| all.contains(&option)) {
            self.fault_at(chosen, "must be among the options, word for word");
        }
    }
}

fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Says that text is longer than it may be.
pub fn too_long(most: usize, length: usize) -> String {
    format!("must have at most {most} characters, has {length}")
}

fn is_address(text: &str) -> bool {
    ["https://", "http://", "slack://", "mailto:"].iter().any(|scheme| text.starts_with(scheme))
        && !text.contains(char::is_whitespace)
}

fn is_figure(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

fn is_clock(text: &str) -> bool {
    text.len() == 5 && chrono::NaiveTime::parse_from_str(text, "%H:%M").is_ok()
}
