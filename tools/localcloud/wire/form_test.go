package wire

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type formTag struct{ Key, Value string }

// FormPaging is embedded, as inputs embed the members that operations share.
type FormPaging struct{ Marker string }

type formInput struct {
	Name  string
	Days  *int
	Force bool
	Size  int64
	Keys  []string
	Tags  []formTag
	Inner struct{ Tags []formTag }
	FormPaging
}

func TestDecodeForm(t *testing.T) {
	form, err := url.ParseQuery("Name=n&Days=0&Force=true&Size=7&Marker=m&Keys.member.1=a&Keys.member.2=b" +
		"&Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.2.Key=l&Inner.Tags.member.1.Key=x&Action=A&Version=1&X-Amz-Date=2")
	if err != nil {
		t.Fatal(err)
	}
	days := 0
	want := formInput{
		Name: "n", Days: &days, Force: true, Size: 7, Keys: []string{"a", "b"},
		Tags: []formTag{{"k", "v"}, {"l", ""}}, FormPaging: FormPaging{"m"},
	}
	want.Inner.Tags = []formTag{{"x", ""}}
	var got formInput
	if err := DecodeForm(form, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestDecodeFormNamesTheWrongMember(t *testing.T) {
	for form, want := range map[string]string{
		"Days=x": `Days: "x" is not a whole number`, "Force=x": `Force: "x" is not a boolean`,
		"Unknown=1": "does not have the member Unknown", "name=n": "does not have the member name",
		"Tags.member.1.Colour=x": "does not have the member Tags.member.1.Colour",
		"Tags.1.Key=x":           "does not have the member Tags.1.Key", "Keys.member.0=x": "does not have the member Keys.member.0",
		"Keys.member.01=x": "does not have the member Keys.member.01", "Keys=x": `Keys: "x" is not a list`,
		"Keys.member.1=a&Keys.member.3=b": "Keys.member.3 does not follow the one before it",
		"Tags.member.2.Key=x":             "Tags.member.2.Key does not follow the one before it",
		"Name.First=x":                    "does not have the member Name.First", "Name=a&Name=b": "the member Name occurs more than once",
	} {
		values, _ := url.ParseQuery(form)
		var got formInput
		if err := DecodeForm(values, &got); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", form, err, want)
		}
	}
	var none formInput
	if err := DecodeForm(url.Values{"Tags": {""}, "Keys": {""}}, &none); err != nil {
		t.Errorf("empty lists: %v", err)
	}
	var unknown struct{ F complex128 }
	if err := DecodeForm(url.Values{"F": {"1"}}, &unknown); err == nil {
		t.Error("a kind of field that is not known is passed over")
	}
	var numbers struct {
		F *float64
		T *Time
	}
	if err := DecodeForm(url.Values{"F": {"0.5"}, "T": {"2026-11-27T15:00:00Z"}}, &numbers); err != nil || *numbers.F != 0.5 || numbers.T.Unix() != 1795791600 {
		t.Errorf("got %+v, %v", numbers, err)
	}
	for _, form := range []url.Values{{"F": {"x"}}, {"T": {"yesterday"}}} {
		if err := DecodeForm(form, &numbers); err == nil {
			t.Errorf("%v is taken", form)
		}
	}
}
