package sqs

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
)

// Names of the elements of lists and maps in answers of the Query protocol, by
// the member of the JSON protocol that holds them.
var (
	xmlLists = map[string]string{
		"Failed": "BatchResultErrorEntry", "Messages": "Message", "QueueUrls": "QueueUrl", "queueUrls": "QueueUrl",
		"Results": "ListMessageMoveTasksResultEntry",
	}
	xmlMaps = map[string]string{"Attributes": "Attribute", "MessageAttributes": "MessageAttribute", "Tags": "Tag"}
)

// answer is an output to encode as XML, decoded from its JSON.
type answer struct {
	operation string
	value     any
}

func asXML(operation string, out any) (any, error) {
	raw, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	a := answer{operation: operation}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // unchanged, not as 1.5e+12
	return a, d.Decode(&a.value)
}

// MarshalXML implements xml.Marshaler.
func (a answer) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	members, ok := a.value.(map[string]any)
	if !ok {
		return e.EncodeElement(fmt.Sprint(a.value), start)
	}
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if err := a.member(e, name, members[name]); err != nil {
			return err
		}
	}
	return e.EncodeToken(start.End())
}

// member writes one member; lists and maps as their elements, without an
// enclosing element.
func (a answer) member(e *xml.Encoder, name string, value any) error {
	if list, ok := value.([]any); ok {
		for _, v := range list {
			if err := a.element(e, a.listElement(name), v); err != nil {
				return err
			}
		}
		return nil
	}
	element, ok := xmlMaps[name]
	pairs, isMap := value.(map[string]any)
	if !ok || !isMap {
		return a.element(e, name, value)
	}
	key := "Name"
	if element == "Tag" {
		key = "Key"
	}
	for _, k := range slices.Sorted(maps.Keys(pairs)) {
		if err := a.element(e, element, map[string]any{key: k, "Value": pairs[k]}); err != nil {
			return err
		}
	}
	return nil
}

func (a answer) listElement(name string) string {
	if name == "Successful" {
		return a.operation + "ResultEntry"
	}
	return xmlLists[name]
}

func (a answer) element(e *xml.Encoder, name string, value any) error {
	return e.EncodeElement(answer{a.operation, value}, xml.StartElement{Name: xml.Name{Local: name}})
}
