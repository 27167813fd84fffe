//! GitHub's own schema of its GraphQL API, against which every question and every answer is held.

use std::collections::HashMap;
use std::sync::LazyLock;

use graphql_parser::query::{Field, FragmentDefinition, Selection, SelectionSet, TypeCondition};
use graphql_parser::schema::{Definition, Field as Known, Type, TypeDefinition, parse_schema};
use serde_json::Value;

static TYPES: LazyLock<HashMap<String, TypeDefinition<'static, String>>> = LazyLock::new(|| {
    let document = parse_schema::<String>(include_str!("schema.graphql")).expect("because the schema is one");
    let definitions = document.into_static().definitions.into_iter();
    let types = definitions.filter_map(|definition| match definition {
        Definition::TypeDefinition(found) => Some((name(&found).to_owned(), found)),
        Definition::SchemaDefinition(_) | Definition::TypeExtension(_) | Definition::DirectiveDefinition(_) => None,
    });
    types.collect()
});

fn name<'t>(definition: &'t TypeDefinition<'static, String>) -> &'t str {
    match definition {
        TypeDefinition::Scalar(found) => &found.name,
        TypeDefinition::Object(found) => &found.name,
        TypeDefinition::Interface(found) => &found.name,
        TypeDefinition::Union(found) => &found.name,
        TypeDefinition::Enum(found) => &found.name,
        TypeDefinition::InputObject(found) => &found.name,
    }
}

/// Holds a question and its answer against the schema.
pub struct Check<'q> {
    pub fragments: &'q HashMap<&'q str, &'q FragmentDefinition<'q, String>>,
    pub wrong: Vec<String>,
}

impl<'q> Check<'q> {
    /// Notes what is wrong with the fields that are asked of a type, and with what was answered for them.
    pub fn fields(&mut self, set: &'q SelectionSet<'q, String>, of: &str, answer: &Value) {
        for item in &set.items {
            match item {
                Selection::Field(field) => self.field(field, of, answer),
                Selection::InlineFragment(fragment) => {
                    let of = match &fragment.type_condition {
                        Some(TypeCondition::On(name)) => self.known(name),
                        None => of,
                    };
                    self.fields(&fragment.selection_set, of, answer);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(spread.fragment_name.as_str()).copied() {
                        let TypeCondition::On(name) = &fragment.type_condition;
                        let of = self.known(name);
                        self.fields(&fragment.selection_set, of, answer);
                    }
                }
            }
        }
    }

    fn known<'n>(&mut self, name: &'n str) -> &'n str {
        if !TYPES.contains_key(name) {
            self.wrong.push(format!("there is no type '{name}'"));
        }
        name
    }

    fn field(&mut self, field: &'q Field<'q, String>, of: &str, answer: &Value) {
        if field.name == "__typename" {
            return;
        }
        let Some(known) = field_of(of, &field.name) else {
            return self.wrong.push(format!("'{of}' has no field '{}'", field.name));
        };
        for (argument, _) in &field.arguments {
            if !known.arguments.iter().any(|known| known.name == *argument) {
                self.wrong.push(format!("'{of}.{}' has no argument '{argument}'", field.name));
            }
        }
        for needed in known.arguments.iter().filter(|known| matches!(known.value_type, Type::NonNullType(_))) {
            if !field.arguments.iter().any(|(argument, _)| *argument == needed.name) {
                self.wrong.push(format!("'{of}.{}' needs the argument '{}'", field.name, needed.name));
            }
        }
        let of_named = inner(&known.field_type);
        let plain = matches!(TYPES.get(of_named), None | Some(TypeDefinition::Scalar(_) | TypeDefinition::Enum(_)));
        if plain != field.selection_set.items.is_empty() {
            self.wrong.push(format!("'{of}.{}' has the wrong selection", field.name));
        }
        let key = field.alias.as_ref().unwrap_or(&field.name);
        match answer.get(key) {
            Some(value) => self.value(field, &known.field_type, value),
            // It was left out for a type that the object is not of, or because of an error.
            None => self.fields(&field.selection_set, of_named, &Value::Null),
        }
    }

    fn value(&mut self, field: &'q Field<'q, String>, kind: &Type<'static, String>, value: &Value) {
        let fits = match (kind, value) {
            (Type::NonNullType(_), Value::Null) => false,
            (Type::NonNullType(inner), value) => return self.value(field, inner, value),
            (kind, Value::Null) => {
                self.fields(&field.selection_set, inner(kind), value);
                true
            }
            (Type::ListType(inner), Value::Array(items)) => {
                return items.iter().for_each(|v| self.value(field, inner, v));
            }
            (Type::ListType(_), _) => false,
            (Type::NamedType(name), value) => match (name.as_str(), TYPES.get(name)) {
                ("Int", _) => value.is_u64(),
                ("Boolean", _) => value.is_boolean(),
                ("String", _) | (_, None | Some(TypeDefinition::Scalar(_))) => value.is_string(),
                (_, Some(TypeDefinition::Enum(words))) => {
                    words.values.iter().any(|word| value.as_str() == Some(word.name.as_str()))
                }
                (_, Some(_)) => {
                    self.fields(&field.selection_set, name, value);
                    value.is_object()
                }
            },
        };
        if !fits {
            self.wrong.push(format!("'{}' is {value} and not '{kind}'", field.name));
        }
    }
}

fn field_of(of: &str, name: &str) -> Option<&'static Known<'static, String>> {
    let fields = match TYPES.get(of)? {
        TypeDefinition::Object(found) => &found.fields,
        TypeDefinition::Interface(found) => &found.fields,
        TypeDefinition::Scalar(_)
        | TypeDefinition::Union(_)
        | TypeDefinition::Enum(_)
        | TypeDefinition::InputObject(_) => return None,
    };
    fields.iter().find(|field| field.name == name)
}

fn inner<'t>(kind: &'t Type<'static, String>) -> &'t str {
    match kind {
        Type::NamedType(name) => name,
        Type::ListType(kind) | Type::NonNullType(kind) => inner(kind),
    }
}
