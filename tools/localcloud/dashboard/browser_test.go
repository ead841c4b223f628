package dashboard_test

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/browsertest"
	"github.com/seastack/seastack/tools/localcloud/dashboard"
)

var update = flag.Bool("update", false, "write the outlines and the pictures in testdata")

// browser is a Chromium that notes what a page complains of.
type browser struct {
	*testing.T
	ctx  context.Context
	base string

	mu       sync.Mutex
	problems []string
}

func newBrowser(w *world) *browser {
	w.Helper()
	b := &browser{T: w.T, ctx: browsertest.Start(w.T), base: w.base}
	check(w, chromedp.Listen(b.ctx, b.note))
	_, err := chromedp.Call(b.ctx, log.Enable, chromedp.Void{})
	check(w, err)
	return b
}

func (b *browser) note(e any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := e.(type) {
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, fmt.Sprintf("%+v", e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		b.problems = append(b.problems, fmt.Sprintf("console.%v", e.Type))
	case *log.EventEntryAdded:
		b.problems = append(b.problems, fmt.Sprintf("%v: %s %v", e.Entry.Level, e.Entry.Text, e.Entry.URL))
	}
}

// complaints returns what pages have complained of since the last call.
func (b *browser) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.problems
	b.problems = nil
	return all
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	check(b, chromedp.Do(b.ctx, steps...))
}

func (b *browser) open(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// look sets the colour scheme and the size of the window, in CSS pixels.
func (b *browser) look(scheme string, width, height int64) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	check(b, err)
	b.do(chromedp.EmulateViewport(width, height))
}

// has waits until the page has a text, also one that is still on its way: until then a
// script may fail.
func (b *browser) has(text string) {
	b.Helper()
	script := fmt.Sprintf("document.readyState === 'complete' && document.body.innerText.includes(%q)", text)
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if found, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script)); err == nil && found {
			return
		}
	}
	b.Fatalf("no %q in:\n%s", text, browsertest.Evaluate[string](b.T, b.ctx, "document.body.innerText"))
}

// TestEveryPageInABrowser looks at each page in light and dark, on a desk and on a
// phone: it asks for nothing from elsewhere, nothing is wider than the window, and
// every text can be read.
func TestEveryPageInABrowser(t *testing.T) {
	w := newWorld(t)
	w.bury(`{"text":"` + strings.Repeat("long", 100) + `"}`)
	_, err := w.functions.Invoke(t.Context(), &lambda.InvokeInput{
		FunctionName: aws.String(shipping), Payload: []byte(`{"Do":"fail","Text":"` + strings.Repeat("long", 100) + `"}`),
	})
	check(t, err)
	w.await(pages+"logs", "REPORT RequestId")
	all := append(slices.Clone(everyPage), pages+"traces/"+exportTrace(t, w))
	b := newBrowser(w)
	for _, look := range []struct {
		scheme        string
		width, height int64
		paper         string
	}{{"light", 1280, 800, "rgb(255, 255, 255)"}, {"dark", 375, 700, "rgb(20, 24, 28)"}, {"light", 375, 700, "rgb(255, 255, 255)"}} {
		b.look(look.scheme, look.width, look.height)
		for _, path := range all {
			b.open(path)
			browsertest.Evaluate[int](t, b.ctx, `document.querySelectorAll('details').forEach(d => d.open = true) ?? 0`)
			weak := browsertest.Evaluate[[]string](t, b.ctx, browsertest.WeakTexts)
			paper := browsertest.Evaluate[string](t, b.ctx, `getComputedStyle(document.documentElement).backgroundColor`)
			wider := browsertest.Evaluate[bool](t, b.ctx, browsertest.Wider)
			if problems := b.complaints(); wider || len(weak) > 0 || len(problems) > 0 || paper != look.paper {
				t.Errorf("%s in %s, %d wide: wider than the window %t; weak %q; paper %s; complaints %q",
					path, look.scheme, look.width, wider, weak, paper, problems)
			}
		}
	}
}

// TestKeyboard goes from the first page to another, and sends a request, without a
// mouse.
func TestKeyboard(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(w)
	b.look("light", 1280, 800)
	b.open(dashboard.Path)
	focused := func() string {
		return browsertest.Evaluate[string](t, b.ctx, `document.activeElement.innerText || document.activeElement.name || document.activeElement.id`)
	}
	press := func(key string) { b.do(chromedp.KeyEvent(key)) }
	tab := func(until string) {
		t.Helper()
		for range 40 {
			if press(kb.Tab); strings.TrimSpace(focused()) == until {
				return
			}
		}
		t.Fatalf("Tab does not come to %q, but to %q", until, focused())
	}
	press(kb.Tab)
	if got := focused(); got != "Skip to the content" {
		t.Fatalf("the first stop is %q", got)
	}
	visible := browsertest.Evaluate[bool](t, b.ctx, `document.activeElement.getBoundingClientRect().top >= 0`)
	outline := browsertest.Evaluate[string](t, b.ctx, `getComputedStyle(document.activeElement).outlineStyle`)
	if !visible || outline != "solid" {
		t.Errorf("the focus cannot be seen: visible %t, outline %s", visible, outline)
	}
	press(kb.Enter)
	if got := focused(); !strings.HasPrefix(got, "Overview") {
		t.Errorf("skipping leads to %q", got)
	}
	b.open(dashboard.Path)
	tab("Requests")
	press(kb.Enter)
	b.has("Route, or what starts it")
	tab("POST /orders/{shop}")
	press(kb.Enter)
	b.has("Send a request")
	tab("Send")
	press(kb.Enter)
	b.has("200 OK")
	if got := focused(); !strings.HasPrefix(got, "Answer") {
		t.Errorf("after the request the focus is on %q", got)
	}
}

// TestForms uses the page as its user does: a request, a dead letter, a schedule.
func TestForms(t *testing.T) {
	w := newWorld(t)
	w.bury("again, please")
	b := newBrowser(w)
	b.look("light", 375, 700)
	b.open(pages + "functions/" + placing)
	b.do(chromedp.SetValue(`textarea[name=body]`, `{"Do":"","Text":"by hand"}`), chromedp.Click(`form[action$="/request"] button`))
	b.has("200 OK")
	if got := browsertest.Evaluate[string](t, b.ctx, `document.querySelector('textarea[name=body]').value`); got != `{"Do":"","Text":"by hand"}` {
		t.Errorf("the form has forgotten the body: %q", got)
	}

	b.open(pages + "queues")
	b.do(chromedp.Click(`th a[href$="` + deadOrders + `"]`))
	b.has("Handle them again")
	b.do(chromedp.Click(`.message summary`))
	b.has("again, please")
	b.do(chromedp.Click(`form[action$="/redrive"] button`))
	b.has("1 dead letter is handled again.")
	if n := w.waiting(orders); n != "1" {
		t.Errorf("%s orders wait", n)
	}

	b.open(pages + "invocations")
	b.has("Live: new ones appear here.")
	browsertest.Evaluate[bool](t, b.ctx, `window.here = true`)
	_, err := w.functions.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String(shipping), Payload: []byte(`{}`)})
	check(t, err)
	b.has("work/orders-ship")
	b.has("ok")
	if !browsertest.Evaluate[bool](t, b.ctx, `window.here === true`) {
		t.Error("the page was loaded anew")
	}

	b.open(pages + "schedules")
	b.do(chromedp.Click(`form[action$="/run"] button`))
	b.has("default/nightly was started.")
	b.open(pages + "invocations?" + url.Values{"q": {"nightly"}}.Encode())
	w.await(pages+"invocations?q=nightly", "work/nightly")
	if problems := b.complaints(); len(problems) > 0 {
		t.Errorf("complaints %q", problems)
	}
}

// outline is a script that returns the parts of a page that do not change: landmarks,
// headings, columns, fields, buttons and links of the navigation.
const outline = `[...document.querySelectorAll('nav, main, section, h1, h2, h3, th[scope=col], label, button, header a, svg .column, svg a')].map(e => {
  const name = e.getAttribute('aria-label') || (e.matches('nav, main, section') ? '' : (e.querySelector('title') || e).textContent);
  return (e.tagName.toLowerCase() + ' ' + name).replace(/\s+/g, ' ').trim();
}).join('\n') + '\n'`

// TestOutlines compares what pages are made of with testdata. Beside each outline is a
// picture, for people: pictures differ with fonts, and are not compared.
func TestOutlines(t *testing.T) {
	w := newWorld(t)
	w.bury("x")
	id := exportTrace(t, w)
	b := newBrowser(w)
	for _, c := range []struct {
		name, path, scheme string
		width, height      int64
	}{
		{"map", pages + "map", "light", 1280, 480},
		{"function", pages + "functions/" + placing, "dark", 1280, 800},
		{"trace", pages + "traces/" + id, "light", 1280, 600},
		{"queue-phone", pages + "queues/" + deadOrders, "dark", 375, 700},
	} {
		b.look(c.scheme, c.width, c.height)
		b.open(c.path)
		got := browsertest.Evaluate[string](t, b.ctx, outline)
		file := filepath.Join("testdata", c.name)
		if *update {
			picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			check(t, err)
			check(t, os.MkdirAll("testdata", 0o755))
			check(t, os.WriteFile(file+".png", picture, 0o644))
			check(t, os.WriteFile(file+".txt", []byte(got), 0o644))
		}
		want, err := os.ReadFile(file + ".txt")
		check(t, err)
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		picture, err := os.Stat(file + ".png")
		check(t, err)
		if picture.Size() > 100_000 {
			t.Errorf("%s.png has %d bytes", c.name, picture.Size())
		}
	}
}
