//! Rows as comma-separated values (RFC 4180), safe to open in a spreadsheet.

/// Adds a line.
pub(super) fn line<'a>(text: &mut String, fields: impl IntoIterator<Item = &'a str>) {
    for (place, field) in fields.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        add(text, field);
    }
    text.push_str("\r\n");
}

/// A field. What a spreadsheet would take for a formula gets an apostrophe before it; a number stays one.
fn add(text: &mut String, field: &str) {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err();
    let quoted = formula || field.contains([',', '"', '\n', '\r', ';', '\t']);
    if !quoted {
        text.push_str(field);
        return;
    }
    text.push('"');
    if formula {
        text.push('\'');
    }
    text.push_str(&field.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_as_what_it_is() {
        let mut text = String::new();
        line(
            &mut text,
            ["Platform", "a, \"b\"", "-12.50", "=HYPERLINK(\"x\")", "-1+cmd|' /C calc'!A0", "@SUM(A1)", ""],
        );
        assert_eq!(
            text,
            "Platform,\"a, \"\"b\"\"\",-12.50,\"'=HYPERLINK(\"\"x\"\")\",\"'-1+cmd|' /C calc'!A0\",\"'@SUM(A1)\",\r\n"
        );
    }
}
