//! The table: charts, the `data_visualization` block.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::limits::{CHART_LABEL, CHART_POINTS, CHART_SERIES, CHART_TITLE};
use super::shape::Kind::{Any, List, Number, Object, Shown};
use super::shape::{EVERYWHERE, Field, ID, NOT_MODALS, Rule, Shape, may, need};

const LABEL: Field = need("label", Shown(1, CHART_LABEL));

pub static DATA_VISUALIZATION: Shape = Shape {
    tag: "data_visualization",
    places: NOT_MODALS,
    fields: &[
        may("block_id", ID),
        need("title", Shown(1, CHART_TITLE)),
        need("chart", Any(&[&PIE, &BAR, &AREA, &LINE])),
    ],
    rules: &[],
};

static PIE: Shape = Shape {
    tag: "pie",
    places: EVERYWHERE,
    fields: &[need("segments", List(1, CHART_SERIES, &Object(&SEGMENT)))],
    rules: &[],
};

static SEGMENT: Shape =
    Shape { tag: "", places: EVERYWHERE, fields: &[LABEL, need("value", Number)], rules: &[Rule::Holds(above_zero)] };

/// A chart with axes.
const fn plot(tag: &'static str, fields: &'static [Field]) -> Shape {
    Shape { tag, places: EVERYWHERE, fields, rules: &[Rule::Holds(named_once), Rule::Holds(a_point_for_each_category)] }
}

static PLOTTED: [Field; 2] =
    [need("series", List(1, CHART_SERIES, &Object(&SERIES))), need("axis_config", Object(&AXES))];
static BAR: Shape = plot("bar", &PLOTTED);
static AREA: Shape = plot("area", &PLOTTED);
static LINE: Shape = plot("line", &PLOTTED);

static SERIES: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[need("name", Shown(1, CHART_LABEL)), need("data", List(1, CHART_POINTS, &Object(&POINT)))],
    rules: &[],
};

static POINT: Shape = Shape { tag: "", places: EVERYWHERE, fields: &[LABEL, need("value", Number)], rules: &[] };

static AXES: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[
        need("categories", List(1, CHART_POINTS, &Shown(1, CHART_LABEL))),
        may("x_label", Shown(1, CHART_TITLE)),
        may("y_label", Shown(1, CHART_TITLE)),
    ],
    rules: &[],
};

fn above_zero(segment: &Map<String, Value>) -> Option<(&'static str, &'static str)> {
    let value = segment.get("value")?.as_f64()?;
    (value <= 0.0).then_some(("value", "must be above 0"))
}

fn named_once(chart: &Map<String, Value>) -> Option<(&'static str, &'static str)> {
    let mut names = HashSet::new();
    let again = chart.get("series")?.as_array()?.iter().any(|series| !names.insert(series.get("name")));
    again.then_some(("series", "must each have a name of their own"))
}

fn a_point_for_each_category(chart: &Map<String, Value>) -> Option<(&'static str, &'static str)> {
    let categories: HashSet<_> = chart.get("axis_config")?.get("categories")?.as_array()?.iter().collect();
    let fits = |series: &Value| {
        let points = series.get("data").and_then(Value::as_array)?;
        let labels: HashSet<_> = points.iter().filter_map(|point| point.get("label")).collect();
        Some(points.len() == categories.len() && labels == categories)
    };
    let all = chart.get("series")?.as_array()?.iter().all(|series| fits(series).unwrap_or(true));
    (!all).then_some(("series", "must have exactly one point for each category of the axis"))
}
