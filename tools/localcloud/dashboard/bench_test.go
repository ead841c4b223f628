package dashboard_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/chromedp/chromedp"

	"github.com/seastack/seastack/tools/browsertest"
	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/dashboard"
	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
)

// The size of the module of the benchmarks.
const (
	manyFunctions = 1000
	manyStacks    = 20
	manyTraces    = 10_000
)

// large starts a cloud with many functions and traces.
func large(b *testing.B) *localcloud.Cloud {
	b.Helper()
	dir := b.TempDir()
	cloud := cloudtest.StartConfig(b, localcloud.Config{Addr: "127.0.0.1:0", Dir: dir})
	w := &world{base: cloud.Endpoint()}
	config := cloudtest.AWSConfig(b, cloud)
	createRole(b, config)
	functions := lambda.NewFromConfig(config)
	m := module.Module{Project: "large", Environment: "local"}
	for i := range manyFunctions {
		name := fmt.Sprintf("large-local-s%02d-f%03d", i%manyStacks, i)
		createFunction(b, functions, name)
		service := fmt.Sprintf("service%02d", i%50)
		m.Functions = append(m.Functions, module.Function{
			Name: name, Stack: fmt.Sprintf("s%02d", i%manyStacks), Function: fmt.Sprintf("f%03d", i), Kind: "http",
			Trigger: fmt.Sprintf("GET /things/%d", i), Doc: "It does a thing.", Services: []string{service},
		})
		if i < 50 {
			m.Services = append(m.Services, module.Service{Name: service, Tables: []string{"table" + service}})
		}
	}
	check(b, module.Save(dir, m))
	for at := 0; at < manyTraces; at += 1000 {
		exportMany(b, w.base, at, at+1000)
	}
	return cloud
}

// exportMany exports traces of two spans.
func exportMany(b *testing.B, base string, from, to int) {
	b.Helper()
	var spans []string
	for i := from; i < to; i++ {
		start := time.Now().UnixNano()
		for n, parent := range []string{"", fmt.Sprintf(`"parentSpanId":"%016x",`, 2*i+1)} {
			spans = append(spans, fmt.Sprintf(`{"traceId":"%032x","spanId":"%016x",%s"name":"GET /things/%d","kind":2,"startTimeUnixNano":"%d","endTimeUnixNano":"%d"}`,
				i+1, 2*i+1+n, parent, i, start, start+int64(time.Millisecond)))
		}
	}
	body := `{"resourceSpans":[{"scopeSpans":[{"spans":[` + strings.Join(spans, ",") + `]}]}]}`
	resp, err := http.Post(base+"/_localcloud/otlp/v1/traces", "application/json", strings.NewReader(body))
	check(b, err)
	check(b, resp.Body.Close())
}

// BenchmarkManyFunctions measures the pages of a module of 1,000 functions and 10,000
// traces: how long the server takes, and how long after the request a browser paints
// something, in milliseconds.
func BenchmarkManyFunctions(b *testing.B) {
	cloud := large(b)
	for name, path := range map[string]string{
		"overview": dashboard.Path, "map": pages + "map", "stack": pages + "map?stack=s01", "functions": pages + "functions", "traces": pages + "traces",
		"invocations": pages + "invocations", "logs": pages + "logs", "cost": pages + "cost?sort=size",
	} {
		b.Run(name+"/server", func(b *testing.B) {
			size := 0
			for b.Loop() {
				size = get(b, cloud.Endpoint()+path)
			}
			b.ReportMetric(float64(size)/1024, "KiB")
		})
	}
	ctx := browsertest.Start(b)
	for _, name := range []string{"error", "overview", "map", "functions", "traces"} { // the first is for comparison: it shows a line
		path := map[string]string{
			"error": pages + "none", "overview": dashboard.Path, "map": pages + "map", "functions": pages + "functions", "traces": pages + "traces",
		}[name]
		b.Run(name+"/paint", func(b *testing.B) {
			total, n := 0.0, 0
			for b.Loop() {
				total, n = total+firstPaint(b, ctx, cloud.Endpoint()+path), n+1
			}
			b.ReportMetric(total/float64(n), "ms-to-paint")
		})
	}
}

// firstPaint opens a page and returns after how many milliseconds the browser has
// painted something of it.
func firstPaint(b *testing.B, ctx context.Context, url string) float64 {
	b.Helper()
	check(b, chromedp.Do(ctx, chromedp.Navigate(url)))
	const script = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0`
	for {
		if painted, err := chromedp.Run(ctx, chromedp.Evaluate[float64](script)); err == nil && painted > 0 {
			return painted
		}
		if err := ctx.Err(); err != nil {
			b.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// get returns the size of a page.
func get(b *testing.B, url string) int {
	resp, err := http.Get(url)
	check(b, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	check(b, err)
	if resp.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s\n%s", url, resp.Status, raw)
	}
	return len(raw)
}
