package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/local"
)

func (a *app) openCommand() *cobra.Command {
	var print bool
	cmd := &cobra.Command{
		Use:   "open",
		Short: "Open the dashboard of the local cloud in the browser",
		Long: `open shows the environment local in the browser: the map of stacks, functions and
what they use, invocations as they run, traces, logs, queues with their dead letters,
objects, schedules, the database, and a form for each route and function.

The browser is the one that BROWSER names, else the system's own. With --print, and with
--json, no browser is opened and the URL is printed.`,
		Example: "  seastack open\n  seastack open --print",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.open(cmd.Context(), print) },
	}
	cmd.Flags().BoolVar(&print, "print", false, "print the URL and open nothing")
	return cmd
}

// opened is the JSON of `open`.
type opened struct {
	URL string `json:"url"`
}

func (a *app) open(ctx context.Context, print bool) error {
	p, err := a.project()
	if err != nil {
		return err
	}
	e, err := local.Open(p)
	if err != nil {
		return err
	}
	url, err := e.RequireDashboard()
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(opened{url})
	}
	if _, err := fmt.Fprintln(a.stdout, url); err != nil || print {
		return err
	}
	return openBrowser(ctx, url)
}

// browserLimit is how long a browser may take to take a URL: the commands that hand
// it over end at once, and others are left running.
const browserLimit = 2 * time.Second

// openBrowser opens a URL in the browser. The error is a diag.Diagnostic, SEA5071, when
// there is none.
func openBrowser(ctx context.Context, url string) error {
	argv := browserCommand(runtime.GOOS, os.Getenv("BROWSER"), url)
	cmd := exec.Command(argv[0], argv[1:]...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return noBrowser(argv[0], err.Error())
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return noBrowser(argv[0], err.Error()+" "+strings.TrimSpace(said.String()))
		}
	case <-time.After(browserLimit):
	case <-ctx.Done():
	}
	return nil
}

// browserCommand returns the command that opens a URL on a system; browser is the
// command that the user has chosen, or empty.
func browserCommand(system, browser, url string) []string {
	switch words := strings.Fields(browser); {
	case len(words) > 0:
		return append(words, url)
	case system == "darwin":
		return []string{"open", url}
	}
	return []string{"xdg-open", url}
}

func noBrowser(command, why string) error {
	return diag.Diagnostic{Code: diag.NoBrowser, Message: strings.TrimSpace(command + " has opened no browser: " + why),
		Next: "open the URL yourself, or name a browser's command in BROWSER"}
}
