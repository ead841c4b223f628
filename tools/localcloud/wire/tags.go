package wire

import (
	"encoding/json"
	"strings"
)

// RequestTags holds the tags that a request sets, and the keys of the tags that
// it sets or removes.
type RequestTags struct {
	Values map[string]string
	Keys   []string
}

// requestTags reads the tags of a request, in any protocol: services write them
// as an object or as a list of keys and values, named Tags or tags. A request
// without readable tags sets none.
func (c *Call) requestTags() RequestTags {
	found := RequestTags{Values: map[string]string{}}
	found.readBody(c.Body)
	for name, all := range c.Query {
		found.readParameter(c, name, all)
	}
	for key := range found.Values {
		found.Keys = append(found.Keys, key)
	}
	return found
}

func (t *RequestTags) readBody(body []byte) {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return
	}
	for name, raw := range members {
		switch strings.ToLower(name) {
		case "tags":
			for key, value := range TagsOf(raw) {
				t.Values[key] = value
			}
		case "tagkeys":
			var keys []string
			if json.Unmarshal(raw, &keys) == nil {
				t.Keys = append(t.Keys, keys...)
			}
		}
	}
}

// readParameter reads one parameter of a form (Tags.member.1.Key, and Tag.1.Key
// of SQS) or of a query string (tagKeys).
func (t *RequestTags) readParameter(c *Call, name string, all []string) {
	parts := strings.Split(name, ".")
	switch list := strings.ToLower(parts[0]); {
	case list == "tagkeys" || list == "tagkey":
		t.Keys = append(t.Keys, all...)
	case (list == "tags" || list == "tag") && len(parts) > 1 && parts[len(parts)-1] == "Key":
		t.Values[all[0]] = c.Query.Get(strings.TrimSuffix(name, "Key") + "Value")
	}
}

// TagsOf reads tags that are written as an object of values by keys, or as a
// list of objects with Key and Value.
func TagsOf(raw []byte) map[string]string {
	var object map[string]string
	if json.Unmarshal(raw, &object) == nil {
		return object
	}
	var list []struct{ Key, Value string }
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	object = map[string]string{}
	for _, t := range list {
		object[t.Key] = t.Value
	}
	return object
}
