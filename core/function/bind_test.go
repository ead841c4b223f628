package function_test

import (
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/function"
)

var update = flag.Bool("update", false, "rewrite the golden files")

type colour string

// common is embedded: its fields are the input's.
type common struct {
	Trace string `header:"X-Trace"`
	Note  string `json:"note,omitempty"`
}

type everything struct {
	common
	ID      uuid.UUID     `path:"id"`
	Rest    string        `path:"rest"`
	Text    colour        `query:"text"`
	Flag    bool          `query:"flag"`
	Small   int8          `query:"small"`
	Count   *int          `query:"count"`
	Size    uint16        `query:"size"`
	Ratio   float64       `query:"ratio"`
	At      time.Time     `query:"at"`
	Since   *time.Time    `query:"since"`
	For     time.Duration `query:"for"`
	Tags    []string      `query:"tag"`
	Numbers []int         `query:"number"`
	Agent   string        `header:"User-Agent"`
	Name    string        `json:"name"`
	Inner   *inner        `json:"inner,omitempty"`
	Ignored string        `json:"-"`
	private string        //lint:ignore U1000 it is there to be left alone
}

type inner struct {
	Level int       `json:"level"`
	When  time.Time `json:"when"`
}

// got runs a request through binding and returns what the handler was given.
func bind[In any](t *testing.T, c call) (In, int, []fault.Field) {
	t.Helper()
	var got In
	h := function.HTTPIn(func(_ context.Context, in In) error { got = in; return nil })
	if err := h.Err(); err != nil {
		t.Fatal(err)
	}
	response := serve(t, h, c)
	if response.StatusCode == http.StatusNoContent {
		return got, response.StatusCode, nil
	}
	return got, response.StatusCode, problem(t, response).Errors
}

func TestBindFillsEveryKindOfField(t *testing.T) {
	id := uuid.MustParse("0190163d-8694-739b-aea5-966c26f8ad91")
	got, status, wrong := bind[everything](t, call{
		path:    map[string]string{"id": id.String(), "rest": "a/b"},
		query:   "text=red%20ish&flag=true&small=-128&count=0&size=65535&ratio=0.5&at=2026-03-02T09:00:00%2B01:00&since=2026-03-02T09:00:00Z&for=1h30m&tag=a%2Cb&tag=c&number=1&number=2&unknown=1",
		headers: map[string]string{"user-agent": "curl", "x-trace": "t1"},
		body:    `{"name":"Ada","inner":{"level":3,"when":"2026-01-01T00:00:00Z"},"note":"n"}`,
	})
	if status != http.StatusNoContent {
		t.Fatalf("status %d: %v", status, wrong)
	}
	nine := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	zero := 0
	want := everything{
		common: common{Trace: "t1", Note: "n"}, ID: id, Rest: "a/b", Text: "red ish", Flag: true, Small: -128, Count: &zero,
		Size: 65535, Ratio: 0.5, At: nine.Add(-time.Hour), Since: &nine, For: 90 * time.Minute,
		Tags: []string{"a,b", "c"}, Numbers: []int{1, 2}, Agent: "curl", Name: "Ada",
		Inner: &inner{Level: 3, When: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(everything{})); diff != "" {
		t.Errorf("bound (-want +got):\n%s", diff)
	}
}

func TestBindLeavesAbsentParametersAlone(t *testing.T) {
	type input struct {
		Limit *int      `query:"limit"`
		After time.Time `query:"after"`
		Name  string    `json:"name,omitempty"`
	}
	got, status, wrong := bind[*input](t, call{})
	if status != http.StatusNoContent || *got != (input{}) {
		t.Errorf("status %d, bound %+v: %v", status, got, wrong)
	}
}

func TestBindSaysAllThatIsWrong(t *testing.T) {
	_, status, got := bind[everything](t, call{
		path:  map[string]string{"id": "7"},
		query: "flag=perhaps&small=128&count=x&size=-1&ratio=half&at=yesterday&since=1&for=long&text=a&text=b&number=1&number=two",
		body:  `{"name":7,"inner":{"level":"high"},"colour":"red"}`,
	})
	want := []fault.Field{
		{Field: "id", Detail: "is not valid: invalid UUID length: 1"},
		{Field: "text", Detail: "is given 2 times; once is allowed"},
		{Field: "flag", Detail: "must be true or false"},
		{Field: "small", Detail: "is out of range"},
		{Field: "count", Detail: "must be an integer"},
		{Field: "size", Detail: "must be an integer that is not negative"},
		{Field: "ratio", Detail: "must be a number"},
		{Field: "at", Detail: "must be a time such as 2026-01-31T15:04:05Z"},
		{Field: "since", Detail: "must be a time such as 2026-01-31T15:04:05Z"},
		{Field: "for", Detail: "must be a duration such as 1h30m"},
		{Field: "number", Detail: "must be an integer"},
		{Field: "name", Detail: "must be a string, not number"},
		{Field: "inner.level", Detail: "must be an integer in the range of int, not string"},
		{Field: "colour", Detail: "is not known"},
	}
	if diff := cmp.Diff(want, got); diff != "" || status != http.StatusBadRequest {
		t.Errorf("status %d, fields (-want +got):\n%s", status, diff)
	}
}

type body struct {
	Name  string    `json:"name"`
	Inner inner     `json:"inner"`
	At    time.Time `json:"at"`
	List  []bool    `json:"list"`
}

func TestBodyIsTakenStrictly(t *testing.T) {
	for name, c := range map[string]struct {
		call   call
		status int
		detail string
		field  string // "name: detail" of the only wrong field
	}{
		"none":             {call{}, 400, "The request needs a JSON body.", ""},
		"blank":            {call{body: "  "}, 400, "The request needs a JSON body.", ""},
		"no object":        {call{body: `[1]`}, 400, "The body must be a JSON object.", ""},
		"null":             {call{body: `null`}, 400, "The body must be a JSON object.", ""},
		"broken":           {call{body: `{"name":}`}, 400, "The body is not valid JSON: invalid character '}' at start of value, after byte 8.", ""},
		"cut off":          {call{body: `{"name":"A`}, 400, "The body is not valid JSON: it ends too early.", ""},
		"two values":       {call{body: `{} {}`}, 400, "The body goes on after its JSON object.", ""},
		"rubbish behind":   {call{body: `{} x`}, 400, "The body goes on after its JSON object.", ""},
		"unknown":          {call{body: `{"Name":"A"}`}, 400, "The request is not well formed.", "Name: is not known"},
		"unknown inside":   {call{body: `{"inner":{"depth":1}}`}, 400, "The request is not well formed.", "inner.depth: is not known"},
		"wrong time":       {call{body: `{"at":"soon"}`}, 400, "The request is not well formed.", "at: must be a time such as 2026-01-31T15:04:05Z"},
		"wrong list":       {call{body: `{"list":[1]}`}, 400, "The request is not well formed.", "list.0: must be true or false, not number"},
		"twice":            {call{body: `{"name":"A","name":"B"}`}, 400, "The request is not well formed.", "name: is given twice"},
		"twice inside":     {call{body: `{"inner":{"level":1,"level":2}}`}, 400, "The request is not well formed.", "inner.level: is given twice"},
		"another case":     {call{body: `{"inner":{"Level":1}}`}, 400, "The request is not well formed.", "inner.Level: is not known"},
		"lone surrogate":   {call{body: `{"name":"\ud800"}`}, 400, "The body is not valid JSON: invalid surrogate pair `\\ud800\"}` in string, after byte 9.", ""},
		"no UTF-8":         {call{body: base64.StdEncoding.EncodeToString([]byte("{\"name\":\"\xff\"}")), base64: true}, 400, "The body is not valid JSON: invalid UTF-8, after byte 9.", ""},
		"too large number": {call{body: `{"inner":{"level":99999999999999999999}}`}, 400, "The request is not well formed.", "inner.level: must be an integer in the range of int, not 99999999999999999999"},
		"fraction":         {call{body: `{"inner":{"level":1.5}}`}, 400, "The request is not well formed.", "inner.level: must be an integer in the range of int, not 1.5"},
		"NUL":              {call{body: `{"name":"A\u0000"}`}, 400, "The request is not well formed.", "name: must be text without NUL characters"},
		"no NUL":           {call{body: `{"name":"A\\u0000"}`}, 204, "", ""},
		"utf8":             {call{body: `{}`, headers: map[string]string{"content-type": "application/json; charset=utf8"}}, 204, "", ""},
		"quoted":           {call{body: `{}`, headers: map[string]string{"content-type": `application/json;charset="UTF-8"`}}, 204, "", ""},
		"form":             {call{body: `a=b`, headers: map[string]string{"content-type": "application/x-www-form-urlencoded"}}, 415, `The body must be application/json in UTF-8; Content-Type says "application/x-www-form-urlencoded".`, ""},
		"latin1":           {call{body: `{}`, headers: map[string]string{"content-type": "application/json; charset=latin1"}}, 415, `The body must be application/json in UTF-8; Content-Type says "application/json; charset=latin1".`, ""},
		"no type":          {call{body: `{}`, headers: map[string]string{"content-type": ""}}, 415, `The body must be application/json in UTF-8; Content-Type says "".`, ""},
		"broken base64":    {call{body: `{}`, base64: true}, 400, "The body is not valid base64.", ""},
		"too large":        {call{body: strings.Repeat(" ", 1<<20) + `{}`}, 413, "The body has 1048578 bytes; 1048576 are allowed.", ""},
		"bad query":        {call{query: "a=%zz", body: `{}`}, 400, "The query string is not well formed.", ""},
		"vendor's type":    {call{body: `{}`, headers: map[string]string{"content-type": "application/vnd.api+json; charset=UTF-8"}}, 204, "", ""},
		"base64":           {call{body: base64.StdEncoding.EncodeToString([]byte(`{"name":"Ada"}`)), base64: true}, 204, "", ""},
		"null for a field": {call{body: `{"name":null}`}, 204, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			response := serve(t, function.HTTPIn(func(context.Context, body) error { return nil }), c.call)
			if response.StatusCode != c.status {
				t.Fatalf("status %d; want %d: %s", response.StatusCode, c.status, response.Body)
			}
			if c.status == http.StatusNoContent {
				return
			}
			p := problem(t, response)
			field := ""
			for _, f := range p.Errors {
				field += f.Field + ": " + f.Detail
			}
			if p.Detail != c.detail || field != c.field {
				t.Errorf("detail %q, field %q", p.Detail, field)
			}
		})
	}
}

func TestParametersAreText(t *testing.T) {
	for name, c := range map[string]call{
		"NUL in a path":       {path: map[string]string{"id": "a\x00"}},
		"NUL in a query":      {query: "text=a%00"},
		"NUL in a list":       {query: "tag=a&tag=%00"},
		"no UTF-8 in a query": {query: "text=%ff"},
		"NUL in a header":     {headers: map[string]string{"x-text": "\x00"}},
	} {
		type input struct {
			ID     string   `path:"id"`
			Text   string   `query:"text"`
			Tags   []string `query:"tag"`
			Header string   `header:"X-Text"`
		}
		_, status, wrong := bind[input](t, c)
		if status != http.StatusBadRequest || len(wrong) != 1 || wrong[0].Detail != "must be text in UTF-8 without NUL characters" {
			t.Errorf("%s: status %d, %v", name, status, wrong)
		}
	}
}

func TestMaxBody(t *testing.T) {
	h := function.HTTPIn(func(context.Context, body) error { return nil }, function.MaxBody(10))
	if got := serve(t, h, call{body: `{"name":"Ada"}`}).StatusCode; got != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", got)
	}
}

// checked is an input with rules of its own.
type checked struct {
	Name string `json:"name"`
}

func (c *checked) Validate() error {
	switch c.Name {
	case "fault":
		return fault.Fields{{Field: "name", Detail: "is taken"}}.Err()
	case "problem":
		return &function.Problem{Status: http.StatusPaymentRequired, Detail: "Pay first."}
	case "plain":
		return errors.New("Choose another name.")
	}
	return nil
}

func TestValidateDecides(t *testing.T) {
	byValue := function.HTTPIn(func(context.Context, checked) error { return nil })
	byPointer := function.HTTPIn(func(context.Context, *checked) error { return nil })
	for name, want := range map[string]struct {
		status int
		detail string
	}{
		"fault": {422, "The input is not valid."}, "problem": {402, "Pay first."}, "plain": {422, "Choose another name."}, "ok": {204, ""},
	} {
		for _, h := range []function.Handler{byValue, byPointer} {
			response := serve(t, h, call{body: `{"name":"` + name + `"}`})
			if response.StatusCode != want.status {
				t.Errorf("%s: status %d; want %d", name, response.StatusCode, want.status)
			}
			if want.detail != "" && problem(t, response).Detail != want.detail {
				t.Errorf("%s: %s", name, response.Body)
			}
		}
	}
}

// Inputs that cannot be bound; what is said of them is a golden file.
type (
	untagged   struct{ Name string }
	twoSources struct {
		ID string `path:"id" query:"id"`
	}
	twoNames struct {
		A string `header:"X-A"`
		B string `header:"x-a"`
		C int    `query:"c"`
		D int    `query:"c"`
	}
	noName struct {
		A string `query:""`
		B string `json:",omitempty"`
	}
	badTypes struct {
		A map[string]string  `query:"a"`
		B []string           `header:"b"`
		C [][]string         `query:"c"`
		D **int              `query:"d"`
		E chan int           `json:"e"`
		F map[bool]string    `json:"f"`
		G struct{ H func() } `json:"g"`
		I interface{ Do() }  `json:"i"`
	}
	badOptions struct {
		A string `query:"a,required"`
		B int    `json:"b,string"`
	}
	hidden struct {
		name string `query:"name"`
	}
	// recursive is fine, and must not send the check around in circles.
	recursive struct {
		Next *tree `json:"next"`
	}
	tree struct{ Children []tree }
)

func errOf[In any]() error {
	return function.HTTPIn(func(context.Context, In) error { return nil }).Err()
}

func TestWrongInputTypesAreFoundAtTheStart(t *testing.T) {
	if err := errOf[recursive](); err != nil {
		t.Error(err)
	}
	_ = hidden{name: ""}
	var report strings.Builder
	for _, err := range []error{
		errOf[untagged](), errOf[twoSources](), errOf[twoNames](), errOf[noName](), errOf[badTypes](), errOf[badOptions](), errOf[hidden](),
		errOf[string](), function.HTTPDo(func(context.Context) error { return nil }, function.Status(404)).Err(),
	} {
		if err == nil {
			t.Fatal("a wrong type was taken")
		}
		report.WriteString(strings.ReplaceAll(err.Error(), "; ", ";\n\t") + "\n")
	}
	golden(t, "input_types.txt", report.String())
	if _, err := function.HTTPIn(func(context.Context, untagged) error { return nil }).Invoke(t.Context(), nil); err == nil {
		t.Error("a handler with a wrong type served")
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites it):\n%s", file, diff)
	}
}
