package dashboard_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud/dashboard"
)

const pages = dashboard.Pages

// TestPages: every page is there, is protected, hides what is secret, and escapes
// what it shows.
func TestPages(t *testing.T) {
	w := newWorld(t)
	w.bury(`{"text":"<script>alert(1)</script>"}`)
	for _, path := range everyPage {
		status, body, header := w.page(path)
		if status != http.StatusOK || !strings.Contains(body, "</html>") {
			t.Errorf("%s: status %d\n%s", path, status, body)
		}
		if strings.Contains(body, hidden) || strings.Contains(body, "<script>alert") || strings.Contains(body, "<b>two") {
			t.Errorf("%s shows a secret, or what was not escaped", path)
		}
		if !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") || header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: header %v", path, header)
		}
	}
	for path, texts := range map[string][]string{
		dashboard.Path:                 {"shop", "example.com/shop", deadOrders, ">web<", ">work<"},
		pages + "map":                  {"POST /orders/{shop}", "functions/" + placing, "table orders", "queue orders"},
		pages + "functions/" + placing: {"Place takes an order.", "path.shop", "not shown", "two &amp; a half", "LEVEL"},
		pages + "queues/" + deadOrders: {"Handle them again", "alert(1)"},
		pages + "objects/" + uploads:   {"in/00.html", "in/49.html", "after=in%2F49.html"},
		pages + "schedules":            {"default/nightly", "cron(0 3 * * ? *)", "work/nightly"},
		pages + "functions?q=ship":     {"work/orders-ship", "1–1 of 1"},
		pages + "requests":             {"POST /orders/{shop}", "queue orders"},
		pages + "database":             {"The module has no database"},
		pages + "cost?sort=size":       {"0 invocations"},
	} {
		_, body, _ := w.page(path)
		for _, text := range texts {
			if !strings.Contains(body, text) {
				t.Errorf("%s has no %q", path, text)
			}
		}
	}
	for path, want := range map[string]int{
		pages + "nothing": 404, pages + "functions/x": 404, pages + "queues/x": 404, pages + "objects/x": 404,
		pages + "invocations/x": 404, pages + "traces/x": 404, pages + "map?focus=x": 404, "/_localcloud": 308,
		pages + "static/style.css": 200, pages + "static/none.css": 404,
	} {
		if status, _, _ := w.page(path); status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
}

// TestGuard: pages of other sites, and names that are not this machine's, get nothing,
// and only the dashboard's own pages change something.
func TestGuard(t *testing.T) {
	w := newWorld(t)
	run := url.Values{"name": {"default/nightly"}}
	own := strings.TrimPrefix(w.base, "http://")
	for name, c := range map[string]struct {
		method string
		change func(*http.Request)
		want   int
	}{
		"its own page":                   {"POST", nil, 303},
		"its own page, an old browser":   {"POST", func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", w.base) }, 303},
		"a program":                      {"POST", func(r *http.Request) { r.Header.Del("Sec-Fetch-Site") }, 403},
		"a page of another site":         {"POST", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"a page of another port":         {"POST", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		"a user who entered the address": {"POST", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") }, 403},
		"another origin":                 {"POST", func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},
		"an origin without a name":       {"POST", func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"a name of somebody else":        {"GET", func(r *http.Request) { r.Host = "evil.example" }, 403},
		"a name of a function's URL":     {"GET", func(r *http.Request) { r.Host = "x.localhost:" + own[strings.LastIndex(own, ":")+1:] }, 403},
		"a link from another site":       {"GET", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"an address that was entered":    {"GET", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") }, 200},
		"localhost":                      {"GET", func(r *http.Request) { r.Host = "localhost:1" }, 200},
		"IPv6":                           {"GET", func(r *http.Request) { r.Host = "[::1]:1" }, 200},
	} {
		path := pages + "schedules"
		if c.method == "POST" {
			path += "/run"
		}
		if status, body, _ := w.send(c.method, path, run, c.change); status != c.want {
			t.Errorf("%s: status %d, want %d: %s", name, status, c.want, body)
		}
	}
}

// TestDownloadsAreNoPages: an object that is a page does not run as the dashboard.
func TestDownloadsAreNoPages(t *testing.T) {
	w := newWorld(t)
	status, body, header := w.page(pages + "objects/" + uploads + "/download?key=in%2F07.html")
	if status != 200 || body != "<script>alert(1)</script>" || header.Get("Content-Type") != "application/octet-stream" ||
		header.Get("Content-Disposition") != "attachment; filename=07.html" || header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("status %d, %q, %v", status, body, header)
	}
	if status, _, _ := w.page(pages + "objects/" + uploads + "/download?key=none"); status != 404 {
		t.Errorf("status %d of an object that is not there", status)
	}
	if _, body, _ := w.page(pages + "objects/" + uploads + "?after=in%2F49.html"); !strings.Contains(body, "in/50.html") || strings.Contains(body, "in/49.html") {
		t.Error("the second part of the list is not what follows the first")
	}
}

func TestRequestAndInvoke(t *testing.T) {
	w := newWorld(t)
	form := url.Values{"path.shop": {"a b"}, "query.dry": {"yes"}, "body": {`{"Do":"event"}`}}
	status, body, _ := w.send("POST", pages+"functions/"+placing+"/request", form, nil)
	for _, text := range []string{"200 OK", "/orders/a%20b?dry=yes", "RawPath"} {
		if status != 200 || !strings.Contains(body, text) {
			t.Errorf("status %d; no %q:\n%s", status, text, body)
		}
	}
	status, body, _ = w.send("POST", pages+"functions/"+shipping+"/invoke", url.Values{"event": {`{"Do":"fail","Text":"told to"}`}}, nil)
	if status != 200 || !strings.Contains(body, "told to") || !strings.Contains(body, "REPORT RequestId") {
		t.Errorf("status %d:\n%s", status, body)
	}
	for path, form := range map[string]url.Values{
		"/invoke": {"event": {"{"}}, "/request": {},
	} {
		if status, body, _ := w.send("POST", pages+"functions/"+shipping+path, form, nil); status != 400 {
			t.Errorf("%s: status %d:\n%s", path, status, body)
		}
	}
	w.await(pages+"cost?sort=invocations", "2 invocations")
	w.await(pages+"invocations?status=failed&q=ship", "work/orders-ship")
	w.await(pages+"logs?q=report+"+shipping[:4]+"&since=all", "lines")
	_, list, _ := w.page(pages + "invocations?status=failed")
	_, rest, _ := strings.Cut(list, `href="`+pages+"invocations/")
	id, _, _ := strings.Cut(rest, `"`)
	w.await(pages+"invocations/"+id, "REPORT RequestId: "+id)
	w.await(pages+"logs?q="+id+"&function="+shipping, "REPORT RequestId: "+id)
}

// TestRedrive handles dead letters of a queue and of a function again.
func TestRedrive(t *testing.T) {
	w := newWorld(t)
	w.bury("one")
	w.bury("two")
	if n := w.waiting(deadOrders); n != "2" {
		t.Fatalf("%s dead letters", n)
	}
	_, _, header := w.send("POST", pages+"queues/"+deadOrders+"/redrive", url.Values{}, nil)
	if got := header.Get("Location"); got != pages+"queues/"+deadOrders+"?moved=2" || w.waiting(deadOrders) != "0" || w.waiting(orders) != "2" {
		t.Errorf("went to %q; %s dead letters, %s orders", got, w.waiting(deadOrders), w.waiting(orders))
	}
	if _, body, _ := w.page(header.Get("Location")); !strings.Contains(body, "2 dead letters are handled again.") {
		t.Error("the page does not tell what was done")
	}
	for body, attributes := range map[string]map[string]sqstypes.MessageAttributeValue{
		`{"Text":"of a schedule"}`: {"SCHEDULE_ARN": {DataType: aws.String("String"), StringValue: aws.String("x")}},
		`{"requestContext":{"requestId":"r","functionArn":"a"},"requestPayload":{"Text":"of Lambda"}}`: nil,
		"somebody's": nil,
	} {
		_, err := w.queues.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: w.url(deadNights), MessageBody: &body, MessageAttributes: attributes})
		check(t, err)
	}
	_, _, header = w.send("POST", pages+"queues/"+deadNights+"/redrive", url.Values{}, nil)
	if got := header.Get("Location"); got != pages+"queues/"+deadNights+"?moved=2" || w.waiting(deadNights) != "1" {
		t.Errorf("went to %q; %s letters are left", got, w.waiting(deadNights))
	}
	w.await(pages+"cost", "2 invocations")
	if status, _, _ := w.send("POST", pages+"queues/"+orders+"/redrive", url.Values{}, nil); status != 400 {
		t.Errorf("status %d of a queue that is not for dead letters", status)
	}
}

func TestRunSchedule(t *testing.T) {
	w := newWorld(t)
	status, _, header := w.send("POST", pages+"schedules/run", url.Values{"name": {"default/nightly"}}, nil)
	if status != 303 {
		t.Fatalf("status %d", status)
	}
	if _, body, _ := w.page(header.Get("Location")); !strings.Contains(body, "default/nightly was started.") {
		t.Error("the page does not tell what was done")
	}
	w.await(pages+"invocations?q=nightly", `class="tag ok"`)
	if status, _, _ := w.send("POST", pages+"schedules/run", url.Values{"name": {"default/none"}}, nil); status != 404 {
		t.Errorf("status %d of a schedule that is not there", status)
	}
}

// TestLive: the stream tells when an invocation begins and when it ends.
func TestLive(t *testing.T) {
	w := newWorld(t)
	req, err := http.NewRequestWithContext(t.Context(), "GET", w.base+pages+"invocations/live", nil)
	check(t, err)
	resp, err := http.DefaultClient.Do(req)
	check(t, err)
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Scan() // the stream has begun
	go func() {
		_, _ = w.functions.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String(nightly), Payload: []byte(`{}`)})
	}()
	var states []string
	for len(states) < 2 && lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var row struct{ Function, Status, Duration, Init string }
		check(t, json.Unmarshal([]byte(text), &row))
		states = append(states, row.Status)
		if row.Function != "work/nightly" || row.Status == "ok" && (row.Duration == "" || row.Init == "") {
			t.Errorf("got %+v", row)
		}
	}
	if strings.Join(states, " ") != "running ok" {
		t.Errorf("states %v", states)
	}
}

// TestTrace draws a trace that was exported by OTLP, with its SQL and its log.
func TestTrace(t *testing.T) {
	w := newWorld(t)
	id := exportTrace(t, w)
	_, list, _ := w.page(pages + "traces?only=errors")
	if !strings.Contains(list, "POST /orders") || !strings.Contains(list, id) {
		t.Errorf("the list has no trace:\n%s", list)
	}
	_, body, _ := w.page(pages + "traces/" + id)
	for _, text := range []string{"POST /orders", "INSERT INTO orders", "out of stock", "100 ms", `class="d1"`, "web/orders-place", `width="500"`} {
		if !strings.Contains(body, text) {
			t.Errorf("the waterfall has no %q:\n%s", text, body)
		}
	}
	if _, body, _ := w.page(pages + "traces?q=nothing"); !strings.Contains(body, "No trace.") {
		t.Error("a search finds what it does not name")
	}
}
