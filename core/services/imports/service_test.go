package imports_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/blob"
	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/imports"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// world is the service under test beside what it writes to.
type world struct {
	primary    *db.Primary
	candidates *candidates.Service
	files      blob.Bucket[imports.File]
	reports    blob.Bucket[imports.Report]
	service    *imports.Service
	announced  map[string]int // by the candidates' addresses
}

func newWorld(t *testing.T) *world {
	w := &world{
		primary: dbtest.New(t), files: blob.NewMemory[imports.File](), reports: blob.NewMemory[imports.Report](), announced: map[string]int{},
	}
	w.candidates = candidates.New(w.primary)
	w.service = imports.New(w.primary, w.candidates, w.files.Reader, w.reports.Writer)
	return w
}

func (w *world) announce(_ context.Context, _ pgx.Tx, s candidates.Saved) error {
	w.announced[s.Email]++
	return nil
}

func (w *world) put(t *testing.T, content string) {
	t.Helper()
	if err := w.files.Put(t.Context(), "candidates/june.csv", strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
}

func (w *world) run(t *testing.T) *imports.Report {
	t.Helper()
	report, err := w.service.Import(t.Context(), "candidates/june.csv", w.announce)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// rows returns so many rows of a file, which begin at a number.
func rows(from, n int) string {
	var b strings.Builder
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, "c%d@example.com,Candidate %d\n", i, i)
	}
	return b.String()
}

var ignoreTimes = cmpopts.IgnoreFields(imports.Report{}, "ETag", "StartedAt", "FinishedAt")

func TestImport(t *testing.T) {
	w := newWorld(t)
	w.put(t, "\ufeffSkills,email,name,external_id\r\n\"Go; SQL\",Ada@example.com,\"Lovelace, Ada\",a-1\r\n,grace@example.com,Grace Hopper,\r\n,,nobody,\r\n")
	got := w.run(t)
	want := &imports.Report{
		File: "candidates/june.csv", Rows: 3, Saved: 2, Rejected: 1,
		Problems: []imports.Problem{{Line: 4, Column: "email", Reason: "must be an e-mail address in ASCII of 254 characters at most"}},
	}
	if diff := cmp.Diff(want, got, ignoreTimes); diff != "" || got.FinishedAt == nil {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	page, err := w.candidates.List(t.Context(), candidates.Filter{Skill: "SQL"})
	if err != nil || len(page.Items) != 1 || page.Items[0].Name != "Lovelace, Ada" || page.Items[0].ExternalID != "a-1" {
		t.Errorf("%+v, %v", page, err)
	}
	content, err := w.reports.Open(t.Context(), "reports/june.json")
	if err != nil {
		t.Fatal(err)
	}
	var written imports.Report
	if err := json.NewDecoder(content).Decode(&written); err != nil || cmp.Diff(want, &written, ignoreTimes) != "" {
		t.Errorf("written: %+v, %v", written, err)
	}
}

// TestImportAgain: the same event again does nothing but to write the report; the
// same file that is uploaded again is a new import, which changes nothing.
func TestImportAgain(t *testing.T) {
	w := newWorld(t)
	w.put(t, "email,name\n"+rows(0, 3))
	first := w.run(t)
	if err := w.reports.Delete(t.Context(), "reports/june.json"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, w.run(t)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if _, err := w.reports.Stat(t.Context(), "reports/june.json"); err != nil {
		t.Error(err)
	}
	time.Sleep(time.Millisecond)
	w.put(t, "email,name\n"+rows(0, 3))
	if again := w.run(t); again.Saved != 0 || again.Unchanged != 3 {
		t.Errorf("%+v", again)
	}
	if diff := cmp.Diff(map[string]int{"c0@example.com": 1, "c1@example.com": 1, "c2@example.com": 1}, w.announced); diff != "" {
		t.Errorf("announced (-want +got):\n%s", diff)
	}
}

// TestImportGoesOn: an invocation that dies in the middle leaves what it has saved,
// and the next one saves and announces the rest. Duplicates are found across the two.
func TestImportGoesOn(t *testing.T) {
	w := newWorld(t)
	w.put(t, "email,name\n"+rows(0, 120)+"bad\n"+rows(120, 100)+rows(5, 1))
	failure := errors.New("the process ends")
	calls := 0
	_, err := w.service.Import(t.Context(), "candidates/june.csv", func(ctx context.Context, tx pgx.Tx, s candidates.Saved) error {
		if calls++; calls > 150 {
			return failure
		}
		return w.announce(ctx, tx, s)
	})
	if !errors.Is(err, failure) {
		t.Fatalf("error = %v", err)
	}
	var saved int
	if err := w.primary.QueryRow(t.Context(), `SELECT count(*) FROM candidates`).Scan(&saved); err != nil || saved != 100 {
		t.Errorf("%d candidates, %v; want those of the first batch", saved, err)
	}
	clear(w.announced) // what was announced in the transaction that failed is undone, too
	report := w.run(t)
	want := &imports.Report{File: "candidates/june.csv", Rows: 222, Saved: 220, Rejected: 2, Problems: []imports.Problem{
		{Line: 122, Reason: "the row has 1 fields, and the header 2"}, {Line: 223, Column: "email", Reason: "is that of line 7"},
	}}
	if diff := cmp.Diff(want, report, ignoreTimes); diff != "" || len(w.announced) != 120 {
		t.Errorf("%d announced; report (-want +got):\n%s", len(w.announced), diff)
	}
}

// TestImportEndsInTime: an invocation whose time is up says that there is more to do,
// and one by one they come to the end.
func TestImportEndsInTime(t *testing.T) {
	w := newWorld(t)
	w.put(t, "email,name\n"+rows(0, 10))
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	if _, err := w.service.Import(ctx, "candidates/june.csv", w.announce); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error = %v", err)
	}
	if report := w.run(t); report.Saved != 10 {
		t.Errorf("%+v", report)
	}
}

// TestTwoImportAtOnce: the other one is told so, and nothing is saved twice.
func TestTwoImportAtOnce(t *testing.T) {
	w := newWorld(t)
	w.put(t, "email,name\n"+rows(0, 150))
	started := false
	_, err := w.service.Import(t.Context(), "candidates/june.csv", func(ctx context.Context, tx pgx.Tx, s candidates.Saved) error {
		if s.Name == "Candidate 149" && !started { // of the second batch, which the other one has not begun
			started = true
			return errors.New("again")
		}
		return nil
	})
	if err == nil {
		t.Fatal("no error")
	}
	// Now at row 100: an invocation that believes it is there, and one that is ahead.
	var other error
	ahead := false
	_, err = w.service.Import(t.Context(), "candidates/june.csv", func(ctx context.Context, tx pgx.Tx, s candidates.Saved) error {
		if !ahead {
			ahead = true
			done := make(chan struct{})
			go func() {
				defer close(done)
				ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 7*time.Second)
				defer cancel()
				_, other = w.service.Import(ctx, "candidates/june.csv", w.announce)
			}()
			t.Cleanup(func() {
				<-done
				if !fault.Is(other, fault.Conflict) || len(w.announced) != 0 {
					t.Errorf("the other one: %v, %d announced", other, len(w.announced))
				}
			})
			time.Sleep(500 * time.Millisecond)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestImportOfWhatChangedSince(t *testing.T) {
	w := newWorld(t)
	w.put(t, "email,name\nada@example.com,Ada Byron\n")
	_, _, err := w.candidates.Save(t.Context(), candidates.Profile{
		Email: "ada@example.com", Name: "Ada Lovelace", Source: candidates.ATS, ChangedAt: time.Now().Add(time.Second),
	}, w.announce)
	if err != nil {
		t.Fatal(err)
	}
	if report := w.run(t); report.Unchanged != 1 {
		t.Errorf("%+v", report)
	}
}

// TestAConflictIsReported: a row that the service refuses keeps no others out.
func TestAConflictIsReported(t *testing.T) {
	w := newWorld(t)
	w.put(t, "email,name,external_id\na@example.com,A,1\nb@example.com,B,2\n")
	w.run(t)
	time.Sleep(time.Millisecond)
	w.put(t, "email,name,external_id\na@example.com,A,2\nc@example.com,C,\n")
	report := w.run(t)
	want := []imports.Problem{{Line: 2, Reason: "The e-mail address belongs to another candidate."}}
	if diff := cmp.Diff(want, report.Problems); diff != "" || report.Saved != 1 || report.Rejected != 1 {
		t.Errorf("%+v; problems (-want +got):\n%s", report, diff)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct{ name, content, refusal string }{
		{"too large", "email,name\n" + strings.Repeat("x", imports.MaxSize), "the file has 16777227 bytes; 16777216 are allowed"},
		{"no header", "", "the file has no header"},
		{"another file", "%PDF-1.7\n", `the header has a column "%PDF-1.7"; columns are email, name, headline, skills, location, external_id, with commas between them`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.put(t, c.content)
			for range 2 {
				if report := w.run(t); report.Refusal != c.refusal || report.Rows != 0 || report.FinishedAt == nil {
					t.Errorf("%+v", report)
				}
			}
		})
	}
}

func TestProblemsAreBounded(t *testing.T) {
	w := newWorld(t)
	w.put(t, "email,name\n"+strings.Repeat("bad\n", imports.MaxProblems+50))
	if report := w.run(t); report.Rejected != imports.MaxProblems+50 || len(report.Problems) != imports.MaxProblems {
		t.Errorf("%d rejected, %d problems", report.Rejected, len(report.Problems))
	}
}

func TestAFileThatIsGone(t *testing.T) {
	w := newWorld(t)
	if _, err := w.service.Import(t.Context(), "candidates/none.csv", w.announce); !fault.Is(err, fault.NotFound) {
		t.Errorf("error = %v", err)
	}
}
