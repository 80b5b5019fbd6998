//! Queries of GraphQL: read into fields with their arguments, variables replaced.

use serde_json::{Map, Value};

use super::Failure;

/// A field that is asked for.
#[derive(Debug, PartialEq)]
pub(super) struct Field {
    /// Under which name it is answered.
    pub alias: String,
    pub name: String,
    pub arguments: Map<String, Value>,
    pub fields: Vec<Field>,
}

/// The deepest that fields are nested.
const DEEPEST: usize = 30;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Sign(char),
    Name(String),
    Literal(Value),
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    variables: &'a Map<String, Value>,
    declared: Vec<String>,
}

/// The fields of the one query a text holds.
pub(super) fn parse(text: &str, variables: &Map<String, Value>) -> Result<Vec<Field>, Failure> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, variables, declared: Vec::new() };
    match parser.next() {
        Some(Token::Name(word)) if word == "query" => {
            if matches!(parser.peek(), Some(Token::Name(_))) {
                parser.at += 1;
            }
            parser.declarations()?;
        }
        Some(Token::Sign('{')) => parser.at -= 1,
        Some(Token::Name(word)) if word == "mutation" => return Err(Failure::of("no mutations exist")),
        _ => return Err(refused("query")),
    }
    if let Some(unexpected) = variables.keys().find(|name| !parser.declared.contains(name)) {
        return Err(Failure::of(format!("unexpected variables in variableValues: {unexpected}")));
    }
    let fields = parser.fields(0)?;
    if parser.peek().is_some() { Err(refused("the end")) } else { Ok(fields) }
}

fn refused(expected: &str) -> Failure {
    Failure::of(format!("not a valid graphql query: expected {expected}"))
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn takes(&mut self, sign: char) -> bool {
        let there = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, sign: char) -> Result<(), Failure> {
        if self.takes(sign) { Ok(()) } else { Err(refused(&sign.to_string())) }
    }

    fn name(&mut self) -> Result<String, Failure> {
        match self.next() {
            Some(Token::Name(name)) => Ok(name),
            _ => Err(refused("a name")),
        }
    }

    /// `($limit: Int!, $where: company_bool_exp!)`. What must be given has to be there.
    fn declarations(&mut self) -> Result<(), Failure> {
        if !self.takes('(') {
            return Ok(());
        }
        while !self.takes(')') {
            self.expect('$')?;
            let name = self.name()?;
            self.expect(':')?;
            let list = self.takes('[');
            self.name()?;
            self.takes('!');
            if list {
                self.expect(']')?;
                self.takes('!');
            }
            let must = self.tokens.get(self.at - 1) == Some(&Token::Sign('!'));
            if must && self.variables.get(&name).is_none_or(Value::is_null) {
                return Err(Failure::of(format!("expecting a value for non-nullable variable: \"{name}\"")));
            }
            self.declared.push(name);
        }
        Ok(())
    }

    fn fields(&mut self, depth: usize) -> Result<Vec<Field>, Failure> {
        if depth > DEEPEST {
            return Err(Failure::of("the query is nested too deeply"));
        }
        self.expect('{')?;
        let mut fields = Vec::new();
        while !self.takes('}') {
            let mut name = self.name()?;
            let alias = name.clone();
            if self.takes(':') {
                name = self.name()?;
            }
            let arguments = self.arguments(depth)?;
            let nested = self.peek() == Some(&Token::Sign('{'));
            let fields_of = if nested { self.fields(depth + 1)? } else { Vec::new() };
            fields.push(Field { alias, name, arguments, fields: fields_of });
        }
        if fields.is_empty() { Err(refused("a field")) } else { Ok(fields) }
    }

    fn arguments(&mut self, depth: usize) -> Result<Map<String, Value>, Failure> {
        let mut arguments = Map::new();
        if self.takes('(') {
            while !self.takes(')') {
                let name = self.name()?;
                self.expect(':')?;
                arguments.insert(name, self.value(depth)?);
            }
        }
        Ok(arguments)
    }

    fn value(&mut self, depth: usize) -> Result<Value, Failure> {
        if depth > DEEPEST {
            return Err(Failure::of("the query is nested too deeply"));
        }
        match self.next() {
            Some(Token::Literal(value)) => Ok(value),
            Some(Token::Name(name)) => Ok(match name.as_str() {
                "true" => true.into(),
                "false" => false.into(),
                "null" => Value::Null,
                _ => name.into(),
            }),
            Some(Token::Sign('$')) => {
                let name = self.name()?;
                if !self.declared.contains(&name) {
                    return Err(Failure::of(format!("unbound variable \"{name}\"")));
                }
                Ok(self.variables.get(&name).cloned().unwrap_or_default())
            }
            Some(Token::Sign('[')) => {
                let mut list = Vec::new();
                while !self.takes(']') {
                    list.push(self.value(depth + 1)?);
                }
                Ok(list.into())
            }
            Some(Token::Sign('{')) => {
                let mut object = Map::new();
                while !self.takes('}') {
                    let name = self.name()?;
                    self.expect(':')?;
                    object.insert(name, self.value(depth + 1)?);
                }
                Ok(object.into())
            }
            _ => Err(refused("a value")),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Failure> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if first.is_whitespace() || first == ',' {
            rest = &rest[first.len_utf8()..];
        } else if "{}()[]:!$".contains(first) {
            tokens.push(Token::Sign(first));
            rest = &rest[1..];
        } else if first == '"' || first == '-' || first.is_ascii_digit() {
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
            let value = values.next().and_then(Result::ok).ok_or_else(|| refused("a value"))?;
            rest = &rest[values.byte_offset()..];
            tokens.push(Token::Literal(value));
        } else if name(first) {
            let end = rest.find(|letter: char| !name(letter)).unwrap_or(rest.len());
            tokens.push(Token::Name(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            return Err(refused("no such sign"));
        }
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn variables(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_query_is_read_with_its_variables() {
        let text = "query Q($n: Int!, $w: [x!]) { a: b(limit: $n, by: [{c: asc}], of: \"d\") { id e { f } } }";
        let fields = parse(text, &variables(&json!({"n": 3}))).unwrap();
        assert_eq!((fields[0].alias.as_str(), fields[0].name.as_str()), ("a", "b"));
        assert_eq!(Value::Object(fields[0].arguments.clone()), json!({"limit": 3, "by": [{"c": "asc"}], "of": "d"}));
        assert_eq!(fields[0].fields[1].fields[0].name, "f");
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for (text, given) in [
            ("{ a", json!({})),
            ("{ a } }", json!({})),
            ("{ }", json!({})),
            ("{ a(b: ) }", json!({})),
            ("query Q($n: Int!) { a(limit: $n) }", json!({})),
            ("query Q { a(limit: $n) }", json!({})),
            ("{ a }", json!({"n": 1})),
            ("mutation { a }", json!({})),
            ("{ a; b }", json!({})),
        ] {
            assert!(parse(text, &variables(&given)).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "[ -~\u{e9}]{0,60}", nested in 0..80_usize) {
            let _ = parse(&text, &Map::new());
            let _ = parse(&"{a".repeat(nested), &Map::new());
            let _ = parse(&format!("{{a(b:{}", "[".repeat(nested)), &Map::new());
        }
    }
}
