package wire

import (
	"encoding/json"
	"net/url"
	"testing"
)

// FuzzDecodeForm: any form is decoded or refused.
func FuzzDecodeForm(f *testing.F) {
	for _, seed := range []string{
		"Name=n&Days=0&Force=true&Size=7&Keys.member.1=a&Tags.member.1.Key=k&Inner.Tags.member.1.Key=x",
		"Keys.member.0=a", "Keys.member.99999999999=a", "Tags.member.1.member.2=x", "Days=x", "Force=maybe", "Keys.member.-1=a", "&&==",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		form, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		var got formInput
		if err := DecodeForm(form, &got); err == nil && len(got.Keys)+len(got.Tags)+len(got.Inner.Tags) > len(form) {
			t.Errorf("%q has become %+v", raw, got)
		}
	})
}

// FuzzCBORToJSON: any body is JSON or refused.
func FuzzCBORToJSON(f *testing.F) {
	for _, seed := range []string{
		"\xa1aa\x01", "\xbfaa\x9f\x01\xff\xff", "\xa1aaC123", "\xa1aa\xc1\x1a\x00\x00\x00\x01", "\xa1aa\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if got, err := cborToJSON(raw); err == nil && len(got) > 0 && !json.Valid(got) { // an empty body has no members
			t.Errorf("%x has become %q", raw, got)
		}
	})
}
