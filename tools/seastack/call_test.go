package main

import (
	"bytes"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// call sends a request to the script's API, compares the answer's status, and writes
// the answer to the file answer: call STATUS METHOD PATH [HEADER: VALUE]... In a value,
// @FILE at the end stands for the content of a file of the script.
func call(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: call STATUS METHOD PATH [HEADER: VALUE]...")
	}
	ts.Check(ts.Exec("seastack", "status", "--api"))
	req, err := http.NewRequest(args[1], strings.TrimSpace(ts.ReadFile("stdout"))+args[2], http.NoBody)
	ts.Check(err)
	for _, line := range args[3:] {
		name, value, _ := strings.Cut(line, ": ")
		if before, file, ok := strings.Cut(value, "@"); ok {
			value = before + strings.TrimSpace(ts.ReadFile(file))
		}
		req.Header.Add(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	answer, err := httputil.DumpResponse(resp, true)
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(ts.Getenv("WORK"), "answer"), bytes.ReplaceAll(answer, []byte("\r\n"), []byte("\n")), 0o600))
	if want := args[0]; strconv.Itoa(resp.StatusCode) != want {
		ts.Fatalf("want %s, got:\n%s", want, answer)
	}
}
