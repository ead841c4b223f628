package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
	"github.com/seastack/seastack/tools/localcloud/lambda"
)

// requestForm is the form of a route.
type requestForm struct {
	Action  string
	Method  string
	Route   string // "/interviews/{id}"
	Path    []field
	Query   []field
	Header  []field
	Body    string
	HasBody bool
	JWT     bool // it wants a token, which the local cloud can sign
	Subject string
	Scope   string
}

// field is a field of a form. Its example stands in it where the request needs a
// value, and behind it where it does not.
type field struct{ Name, Value, Example string }

// newRequestForm returns the form of a function with a route, filled with an example.
func newRequestForm(f module.Function) *requestForm {
	e := f.Example
	form := &requestForm{
		Action: Pages + "functions/" + url.PathEscape(f.Name) + "/request", Method: e.Method, Route: e.Path,
		HasBody: e.Method != http.MethodGet && e.Method != http.MethodHead && e.Method != http.MethodDelete,
		JWT:     f.Auth == "jwt", Subject: "local", Scope: strings.Join(f.Scopes, " "),
	}
	for _, name := range slices.Sorted(maps.Keys(e.Values)) {
		form.Path = append(form.Path, field{name, e.Values[name], e.Values[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(e.Query)) {
		form.Query = append(form.Query, field{Name: name, Example: e.Query[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		form.Header = append(form.Header, field{name, e.Header[name], e.Header[name]})
	}
	if len(e.Body) > 0 {
		form.Body, form.HasBody = pretty(e.Body), true
	}
	return form
}

// fill sets the form's fields to what was sent.
func (f *requestForm) fill(sent url.Values) {
	for prefix, fields := range map[string][]field{"path.": f.Path, "query.": f.Query, "header.": f.Header} {
		for i := range fields {
			fields[i].Value = sent.Get(prefix + fields[i].Name)
		}
	}
	f.Body, f.Subject, f.Scope = sent.Get("body"), sent.Get("subject"), sent.Get("scope")
}

// target returns the path and query of the request.
func (f *requestForm) target() string {
	path := f.Route
	for _, v := range f.Path {
		path = strings.ReplaceAll(path, "{"+v.Name+"}", url.PathEscape(v.Value))
		path = strings.ReplaceAll(path, "{"+v.Name+"+}", strings.ReplaceAll(url.PathEscape(v.Value), "%2F", "/"))
	}
	query := url.Values{}
	for _, v := range f.Query {
		if v.Value != "" {
			query.Set(v.Name, v.Value)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// answer is what came back.
type answer struct {
	Sent     string // "POST /interviews"
	Status   string
	Failed   bool
	Duration time.Duration
	Init     time.Duration
	Header   []string
	Body     string
	Log      string
	ID       string // of the invocation, where it is known
}

// sendRequest sends the request of a route's form to the API, as any client would.
func (d *Dashboard) sendRequest(req *http.Request) (view, error) {
	p, err := d.functionPage(req.PathValue("name"))
	if err != nil {
		return view{}, err
	}
	if p.Request == nil {
		return view{}, badRequest("%s has no route", p.Label)
	}
	if err := req.ParseForm(); err != nil {
		return view{}, badRequest("the form cannot be read: %v", err)
	}
	p.Request.fill(req.PostForm)
	out, err := d.apiRequest(req.Context(), p)
	if err != nil {
		return view{}, err
	}
	p.Answer = d.exchange(out, p.Request.Method+" "+p.Request.target())
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	p.Recent = d.recent(x, p.Configuration.FunctionName)
	return view{page: "function", title: p.Label, data: p}, nil
}

// apiRequest returns the request of a form.
func (d *Dashboard) apiRequest(ctx context.Context, p *functionPage) (*http.Request, error) {
	endpoint, err := d.endpointOf(p.Request)
	if err != nil {
		return nil, err
	}
	var body io.Reader
	if p.Request.Body != "" {
		body = strings.NewReader(p.Request.Body)
	}
	out, err := http.NewRequestWithContext(ctx, p.Request.Method, endpoint+p.Request.target(), body)
	if err != nil {
		return nil, badRequest("the request cannot be made: %v", err)
	}
	if body != nil {
		out.Header.Set("Content-Type", "application/json")
	}
	for _, h := range p.Request.Header {
		if h.Value != "" {
			out.Header.Set(h.Name, h.Value)
		}
	}
	if !p.Request.JWT {
		return out, nil
	}
	token, err := d.token(p.Request)
	out.Header.Set("Authorization", "Bearer "+token)
	return out, err
}

// token returns a token for a route.
func (d *Dashboard) token(f *requestForm) (string, error) {
	x, err := d.module.Load()
	if err != nil {
		return "", err
	}
	claims := map[string]any{"sub": f.Subject, "aud": x.Audience}
	if f.Scope != "" {
		claims["scope"] = f.Scope
	}
	return d.Issuer.Sign(claims)
}

// endpointOf returns the URL of the API that has a route.
func (d *Dashboard) endpointOf(f *requestForm) (string, error) {
	apis, err := d.APIs.Summaries()
	if err != nil {
		return "", err
	}
	for _, a := range apis {
		for _, r := range a.Routes {
			method, path, _ := strings.Cut(r.Key, " ")
			if path == f.Route && (method == f.Method || method == "ANY") {
				return a.Endpoint, nil
			}
		}
	}
	return "", notFound("no API has the route %s %s", f.Method, f.Route)
}

// maxAnswer is how much of an answer is shown, in bytes.
const maxAnswer = 256 << 10

// newClient returns the client of requests to APIs, which follows no redirects.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// exchange sends a request and returns what came back.
func (d *Dashboard) exchange(req *http.Request, sent string) *answer {
	began := time.Now()
	resp, err := d.client.Do(req)
	if err != nil {
		return &answer{Sent: sent, Status: "no answer", Failed: true, Body: err.Error()}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	a := &answer{
		Sent: sent, Status: resp.Status, Failed: resp.StatusCode >= 400 || err != nil, Duration: time.Since(began), Body: shown(raw),
	}
	for _, name := range slices.Sorted(maps.Keys(resp.Header)) {
		a.Header = append(a.Header, name+": "+strings.Join(resp.Header[name], ", "))
	}
	return a
}

// shown returns the text of an answer, as much of it as is shown.
func shown(raw []byte) string {
	switch {
	case len(raw) > maxAnswer:
		return strings.ToValidUTF8(string(raw[:maxAnswer]), "�") + fmt.Sprintf("\n… (the first %d KiB)", maxAnswer>>10)
	case !utf8.Valid(raw):
		return fmt.Sprintf("(%d bytes that are no text)", len(raw))
	}
	return pretty(raw)
}

// invoke invokes a function with the event of its form, and waits for the answer.
func (d *Dashboard) invoke(req *http.Request) (view, error) {
	p, err := d.functionPage(req.PathValue("name"))
	if err != nil {
		return view{}, err
	}
	p.Event = req.PostFormValue("event")
	if !json.Valid([]byte(p.Event)) {
		return view{}, badRequest("the event is not JSON")
	}
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	id := uuid.NewString()
	r, err := d.Functions.Invoke(req.Context(), lambda.Invocation{
		FunctionARN: qualified(x, p.Configuration.FunctionName), Payload: []byte(p.Event), RequestID: id, LogTail: true,
	})
	if err != nil {
		return view{}, err
	}
	p.Answer = &answer{
		Sent: "the event", Status: "answered", Failed: r.FunctionError != "", Duration: r.Duration, Init: r.InitDuration,
		Body: shown(r.Payload), Log: string(r.LogTail), ID: id,
	}
	if p.Answer.Failed {
		p.Answer.Status = "failed"
	}
	p.Recent = d.recent(x, p.Configuration.FunctionName)
	return view{page: "function", title: p.Label, data: p}, nil
}

// qualified returns what a function is invoked by: its alias, where the module says
// which, as its triggers do.
func qualified(x *module.Index, name string) string {
	if x.Alias != "" && x.Function(name) != nil {
		return name + ":" + x.Alias
	}
	return name
}

// routeRow is a route or a function that a request can be sent to.
type routeRow struct {
	Name, Label, Trigger, Auth, Doc string
}

type requestList struct {
	Search string
	Routes []routeRow
	List   listing
}

// listRequests lists routes, and then what else can be invoked.
func (d *Dashboard) listRequests(req *http.Request) (view, error) {
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	l := requestList{Search: req.FormValue("q")}
	var routes, others []routeRow
	for _, f := range x.Module.Functions {
		r := routeRow{f.Name, f.ID(), f.Trigger, f.Auth, f.Doc}
		switch {
		case !matches(l.Search, r.Label, r.Trigger, r.Doc):
		case f.Kind == "http":
			routes = append(routes, r)
		default:
			others = append(others, r)
		}
	}
	slices.SortStableFunc(routes, func(a, b routeRow) int { return strings.Compare(pathOf(a.Trigger), pathOf(b.Trigger)) })
	l.Routes, l.List = paged(append(routes, others...), req.URL)
	return view{page: "requests", title: "Requests", data: l}, nil
}

// pathOf returns the path of "GET /path".
func pathOf(route string) string {
	_, path, _ := strings.Cut(route, " ")
	return path
}
