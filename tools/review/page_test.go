package review

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser starts a headless Chromium. Where there is none the test is skipped, since
// a newcomer's tests must pass without it; CI must have it.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		const cause = "Chromium is not on PATH; install it: `apt-get install chromium`, `brew install --cask chromium`"
		if os.Getenv("CI") != "" {
			t.Fatal(cause)
		}
		t.Skip(cause)
	}
	o := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.Headless, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir())}
	if os.Geteuid() == 0 {
		o = append(o, chromedp.NoSandbox) // which Chromium refuses to root
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), o...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// contrast returns the texts of the page whose colour is less than 4.5 times as
// light or dark as what is behind them, as WCAG 2.2 counts it (AA).
// https://www.w3.org/TR/WCAG22/#contrast-minimum
const contrast = `(() => {
  const parse = c => c.match(/[\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = parse(c).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; const p = parse(c); if (p.length < 4 || p[3] > 0) return c; } return 'rgb(255, 255, 255)'; };
  const weak = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const a = light(getComputedStyle(e).color), b = light(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) weak.push(e.tagName + ' ' + ratio.toFixed(2) + ' ' + e.textContent.trim().slice(0, 40));
  }
  return weak;
})()`

// TestPageInABrowser looks at the page in light and dark, on a desk and on a phone:
// nothing is wider than the window, every text can be read, and nothing is asked
// from anywhere.
func TestPageInABrowser(t *testing.T) {
	html, err := sample(t).HTML()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, html, 0o644); err != nil {
		t.Fatal(err)
	}
	ctx := browser(t)
	var mu sync.Mutex
	var problems []string
	err = chromedp.Listen(ctx, func(e any) {
		mu.Lock()
		defer mu.Unlock()
		switch e.(type) {
		case *runtime.EventExceptionThrown, *runtime.EventConsoleAPICalled:
			problems = append(problems, fmt.Sprintf("%T", e))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390} {
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate("file://"+file)); err != nil {
				t.Fatal(err)
			}
			evaluate[int](t, ctx, `document.querySelectorAll('details').forEach(d => d.open = true) ?? 0`)
			wider := evaluate[bool](t, ctx, `document.documentElement.scrollWidth > innerWidth`)
			weak := evaluate[[]string](t, ctx, contrast)
			paper := evaluate[string](t, ctx, `getComputedStyle(document.body).backgroundColor`)
			heading := evaluate[string](t, ctx, `document.querySelector('h1').textContent`)
			if wider || len(weak) > 0 || !strings.Contains(heading, "1 of 4 stacks change") {
				t.Errorf("%s, %d wide: wider than the window %t; weak: %v; heading %q", scheme, width, wider, weak, heading)
			}
			if dark := strings.HasPrefix(paper, "rgb(18, 24, 31"); dark != (scheme == "dark") {
				t.Errorf("in %s the paper is %s", scheme, paper)
			}
			keep(t, ctx, fmt.Sprintf("%s-%d.png", scheme, width))
		}
	}
	checkNames(t, ctx)
	mu.Lock() // last: the browser waits for its listener
	defer mu.Unlock()
	if len(problems) > 0 {
		t.Errorf("the page has problems: %v", problems)
	}
}

func evaluate[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return v
}

// keep keeps a picture of the page in the folder that SEASTACK_SCREENSHOTS names, for
// people to look at.
func keep(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("SEASTACK_SCREENSHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkNames checks what a screen reader is told: the page has a title and one
// first heading, and every region, column and heading has a name.
func checkNames(t *testing.T, ctx context.Context) {
	t.Helper()
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		role, name := strings.Trim(string(n.Role.Value), `"`), ""
		if n.Name != nil {
			name = strings.Trim(string(n.Name.Value), `"`)
		}
		count[role]++
		if name == "" && slices.Contains([]string{"RootWebArea", "columnheader", "heading", "link", "region"}, role) {
			t.Errorf("a %s has no name", role)
		}
	}
	first := evaluate[int](t, ctx, `document.querySelectorAll('h1').length`)
	lang := evaluate[string](t, ctx, `document.documentElement.lang`)
	if lang != "en" || first != 1 || count["region"] < 5 || count["columnheader"] != 5 {
		t.Errorf("language %q, %d first headings, %v", lang, first, count)
	}
}
