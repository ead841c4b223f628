// Package browsertest looks at pages in a real Chromium, for tests. It knows nothing of
// what they show.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// limit bounds the life of a browser, on a machine that is busy.
const limit = 3 * time.Minute

// Start starts a headless Chromium, which ends with the test. Where there is none the
// test is skipped, since a newcomer's tests must pass without it; CI must have it.
func Start(t testing.TB) context.Context {
	t.Helper()
	path := find()
	if path == "" {
		const cause = "Chromium is not on PATH; install it: `apt-get install chromium`, `brew install --cask chromium`"
		if os.Getenv("CI") != "" {
			t.Fatal(cause)
		}
		t.Skip(cause)
	}
	o := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
	}
	if os.Geteuid() == 0 {
		o = append(o, chromedp.NoSandbox) // which Chromium refuses to root
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), o...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, limit)
	t.Cleanup(cancel)
	return ctx
}

func find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Evaluate returns the value of a script on the page.
func Evaluate[T any](t testing.TB, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return v
}

// Wider is a script that returns whether the page is wider than its window.
const Wider = `document.documentElement.scrollWidth > innerWidth`

// WeakTexts is a script that returns the texts of the page whose colour is less than
// 4.5 times as light or dark as what is behind them, as WCAG 2.2 counts it (AA).
// https://www.w3.org/TR/WCAG22/#contrast-minimum
const WeakTexts = `(() => {
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
