package review

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/seastack/seastack/tools/browsertest"
)

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
	ctx := browsertest.Start(t)
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
			browsertest.Evaluate[int](t, ctx, `document.querySelectorAll('details').forEach(d => d.open = true) ?? 0`)
			wider := browsertest.Evaluate[bool](t, ctx, browsertest.Wider)
			weak := browsertest.Evaluate[[]string](t, ctx, browsertest.WeakTexts)
			paper := browsertest.Evaluate[string](t, ctx, `getComputedStyle(document.body).backgroundColor`)
			heading := browsertest.Evaluate[string](t, ctx, `document.querySelector('h1').textContent`)
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
	first := browsertest.Evaluate[int](t, ctx, `document.querySelectorAll('h1').length`)
	lang := browsertest.Evaluate[string](t, ctx, `document.documentElement.lang`)
	if lang != "en" || first != 1 || count["region"] < 5 || count["columnheader"] != 5 {
		t.Errorf("language %q, %d first headings, %v", lang, first, count)
	}
}
