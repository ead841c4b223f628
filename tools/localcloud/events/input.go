package events

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// A path names one value of an event: $, or $ with members and indexes, as in
// $.detail.items[0].id.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
var (
	eventPath = regexp.MustCompile(`^\$((\.[A-Za-z0-9_-]+)|(\['[^']+'\])|(\[\d+\]))*$`)
	pathStep  = regexp.MustCompile(`\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\[(\d+)\]`)
)

func validPath(path string) bool { return eventPath.MatchString(path) }

// at returns the value at a path; ok is false where there is none.
func at(value any, path string) (found any, ok bool) {
	for _, step := range pathStep.FindAllStringSubmatch(path, -1) {
		if step[3] != "" {
			list, isList := value.([]any)
			i, err := strconv.Atoi(step[3])
			if !isList || err != nil || i >= len(list) {
				return nil, false
			}
			value = list[i]
			continue
		}
		object, _ := value.(map[string]any)
		if value, ok = object[step[1]+step[2]]; !ok {
			return nil, false
		}
	}
	return value, true
}

var (
	variableName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	placeholder  = regexp.MustCompile(`<([A-Za-z0-9_.-]+)>`)
)

func (i *inputTransformer) check(id string) error {
	if i.InputTemplate == "" || len(i.InputTemplate) > maxInput {
		return errInvalid("The InputTemplate of target %s must have 1 to 8192 characters.", id)
	}
	for name, path := range i.InputPathsMap {
		if !variableName.MatchString(name) || strings.HasPrefix(name, "AWS") || !validPath(path) {
			return errInvalid("Invalid InputPathsMap for target %s.", id)
		}
	}
	for _, m := range placeholder.FindAllStringSubmatch(i.InputTemplate, -1) {
		if _, ok := i.InputPathsMap[m[1]]; !ok && !strings.HasPrefix(m[1], "aws.events.") {
			return errInvalid("Invalid InputTemplate for target %s : it has the placeholder %s, which InputPathsMap does not define.", id, m[0])
		}
	}
	return nil
}

// input returns what a target gets of an event, which is decoded and in its JSON.
func (t *target) input(event map[string]any, raw, ruleName, ruleARN string) string {
	switch {
	case t.Input != "":
		return t.Input
	case t.InputPath != "":
		value, ok := at(event, t.InputPath)
		if !ok {
			return "null"
		}
		return encoded(value)
	case t.InputTransformer != nil:
		return t.InputTransformer.fill(event, raw, map[string]string{
			"aws.events.rule-arn": ruleARN, "aws.events.rule-name": ruleName,
			"aws.events.event.ingestion-time": asText(event["time"]),
		})
	}
	return raw
}

// fill replaces the placeholders of a template: a value is written as JSON, and
// inside of quotes without its own.
func (i *inputTransformer) fill(event map[string]any, raw string, known map[string]string) string {
	var b strings.Builder
	quoted, end := false, 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(i.InputTemplate, -1) {
		text := i.InputTemplate[end:m[0]]
		quoted = quoted != oddQuotes(text)
		b.WriteString(text)
		name := i.InputTemplate[m[2]:m[3]]
		value, isKnown := known[name]
		switch {
		case name == "aws.events.event" || name == "aws.events.event.json":
			value = raw
		case isKnown && !quoted:
			value = encoded(value)
		case !isKnown:
			found, _ := at(event, i.InputPathsMap[name])
			if value = encoded(found); quoted {
				value = strings.Trim(value, `"`)
			}
		}
		b.WriteString(value)
		end = m[1]
	}
	return b.String() + i.InputTemplate[end:]
}

// oddQuotes reports whether a text has an odd number of quotes that are not
// escaped.
func oddQuotes(text string) bool {
	return strings.Count(strings.ReplaceAll(text, `\"`, ""), `"`)%2 == 1
}

func encoded(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		return "null" // what was decoded always has a JSON form
	}
	return string(raw)
}

func asText(value any) string {
	text, _ := value.(string)
	return text
}

// decoded returns a JSON object decoded.
func decoded(text string) (object map[string]any, err error) {
	err = json.Unmarshal([]byte(text), &object)
	return object, err
}
