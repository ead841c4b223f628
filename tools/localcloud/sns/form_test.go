package sns

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFormsBecomeJSON: lists, maps in both of their forms, and structures.
func TestFormsBecomeJSON(t *testing.T) {
	form := url.Values{
		"Action": {"Publish"}, "Version": {"2010-03-31"}, "X-Amz-Date": {"now"}, "Subject": {""}, "Message": {"m.1"},
		"Tags.member.1.Key": {"a"}, "Tags.member.1.Value": {"1"}, "Tags.member.2.Key": {"b"}, "Tags.member.2.Value": {""},
		"TagKeys.member.10": {"ten"}, "TagKeys.member.9": {"nine"},
		"Attributes.entry.1.key": {"member"}, "Attributes.entry.1.value": {"v"}, "Attributes.entry.2.key": {"empty"}, "Attributes.entry.2.value": {""},
		"MessageAttributes.entry.1.Name": {"n"}, "MessageAttributes.entry.1.Value.DataType": {"String"},
	}
	if diff := cmp.Diff(map[string]any{
		"Message": "m.1", "TagKeys": []any{"nine", "ten"},
		"Tags":              []any{map[string]any{"Key": "a", "Value": "1"}, map[string]any{"Key": "b"}},
		"Attributes":        map[string]any{"member": "v", "empty": ""},
		"MessageAttributes": map[string]any{"n": map[string]any{"DataType": "String"}},
	}, tree(form).object()); diff != "" {
		t.Error(diff)
	}
}
