package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// BenchmarkLoad is the API of the reference monorepo under load, first alone and then
// beside ETL runs, one after the other, that copy everything anew. It reports requests
// in a second and their 99th percentile for both; "beside-x" is what the API does beside
// the ETL, as a share of what it does alone. Functions share this machine's processors
// and its PostgreSQL, which on AWS they do not: there the share is that of the database.
func BenchmarkLoad(b *testing.B) {
	dir, command := copyOfThisModule(b)
	b.Setenv("SEASTACK_PORT", "14569")
	defer output(b, dir, command, "down", "--purge")
	output(b, dir, command, "up", "--json")
	output(b, dir, "go", "run", "./tools/demo")
	api := strings.TrimSpace(output(b, dir, command, "status", "--api"))
	requests(b, api, time.Second) // the cold starts
	var alone, beside figures
	for b.Loop() {
		alone = requests(b, api, loadFor)
		stop := keepLoading(b, dir, command)
		beside = requests(b, api, loadFor)
		stop()
	}
	b.ReportMetric(alone.rate, "alone-req/s")
	b.ReportMetric(beside.rate, "beside-req/s")
	b.ReportMetric(alone.p99.Seconds()*1000, "alone-p99-ms")
	b.ReportMetric(beside.p99.Seconds()*1000, "beside-p99-ms")
	b.ReportMetric(beside.rate/alone.rate, "beside-x")
}

// The load: so many clients, each with one request after the other, for so long.
const (
	clients = 4
	loadFor = 5 * time.Second
)

type figures struct {
	rate float64 // requests in a second
	p99  time.Duration
}

// requests asks for lists of interviews for a while.
func requests(b *testing.B, api string, long time.Duration) figures {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), long)
	defer cancel()
	var mu sync.Mutex
	var took []time.Duration
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for ctx.Err() == nil {
				start := time.Now()
				status, err := ask(ctx, api+"/interviews?limit=20")
				if ctx.Err() != nil {
					return
				}
				if err != nil || status != http.StatusOK {
					b.Errorf("status %d, %v", status, err)
					return
				}
				mu.Lock()
				took = append(took, time.Since(start))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(took) == 0 {
		b.Fatal("no request was answered")
	}
	slices.Sort(took)
	return figures{rate: float64(len(took)) / long.Seconds(), p99: took[len(took)*99/100]}
}

func ask(ctx context.Context, url string) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

// keepLoading runs the ETL again and again, each time from the beginning.
func keepLoading(b *testing.B, dir, command string) (stop func()) {
	b.Helper()
	var status struct{ Analytics string }
	if err := json.Unmarshal([]byte(output(b, dir, command, "status", "--json")), &status); err != nil {
		b.Fatal(err)
	}
	store, err := pgx.Connect(b.Context(), status.Analytics)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if _, err := store.Exec(ctx, `DELETE FROM etl_watermarks`); err != nil && ctx.Err() == nil {
				b.Error(err)
			}
			cmd := exec.CommandContext(ctx, command, "invoke", "etl/facts-load", "--json")
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil && ctx.Err() == nil {
				b.Errorf("%v\n%s", err, out)
			}
		}
	}()
	return func() {
		cancel()
		<-done
		_ = store.Close(context.WithoutCancel(ctx))
	}
}
