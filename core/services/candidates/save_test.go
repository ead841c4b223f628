package candidates_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// noon is when the tests' profiles were changed.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func ada() candidates.Profile {
	return candidates.Profile{
		Email: "ada@example.com", Name: "Ada Lovelace", Headline: "Analyst", Skills: []string{"Go", "SQL"}, Location: "London",
		Source: candidates.ATS, ExternalID: "a-1", ChangedAt: noon,
	}
}

// announced collects what was announced.
type announced []candidates.Saved

func (a *announced) announce(_ context.Context, _ pgx.Tx, s candidates.Saved) error {
	*a = append(*a, s)
	return nil
}

func unannounced(context.Context, pgx.Tx, candidates.Saved) error { return nil }

func save(t *testing.T, s *candidates.Service, p candidates.Profile) *candidates.Candidate {
	t.Helper()
	c, _, err := s.Save(t.Context(), p, unannounced)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("error = %v; want a fault of kind %s", err, kind)
	}
}

func TestSaveThenGet(t *testing.T) {
	s := candidates.New(dbtest.New(t))
	var told announced
	p := ada()
	p.Email, p.Name, p.Skills = " Ada@Example.COM ", " Ada Lovelace", []string{"Go", "", " SQL", "Go"}
	made, changed, err := s.Save(t.Context(), p, told.announce)
	if err != nil || !changed {
		t.Fatal(changed, err)
	}
	want := &candidates.Candidate{
		ID: made.ID, Email: "ada@example.com", Name: "Ada Lovelace", Headline: "Analyst", Skills: []string{"Go", "SQL"},
		Location: "London", Source: candidates.ATS, ExternalID: "a-1", Version: 1, CreatedAt: made.CreatedAt, UpdatedAt: made.UpdatedAt,
	}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Errorf("saved (-want +got):\n%s", diff)
	}
	if got, err := s.Get(t.Context(), made.ID); err != nil || cmp.Diff(made, got) != "" {
		t.Errorf("read back: %+v, %v", got, err)
	}
	event := announced{{
		ID: made.ID, Version: 1, Email: "ada@example.com", Name: "Ada Lovelace", Headline: "Analyst",
		Skills: []string{"Go", "SQL"}, Location: "London", Source: candidates.ATS,
	}}
	if diff := cmp.Diff(event, told); diff != "" {
		t.Errorf("announced (-want +got):\n%s", diff)
	}
	_, err = s.Get(t.Context(), uuid.New())
	wantKind(t, err, fault.NotFound)
}

func TestSaveAgain(t *testing.T) {
	later := func(p *candidates.Profile) { p.ChangedAt = noon.Add(time.Minute) }
	for _, c := range []struct {
		name    string
		edit    func(*candidates.Profile)
		changed bool
	}{
		{"the same", func(*candidates.Profile) {}, false},
		{"the same, in another case", func(p *candidates.Profile) { p.Email = "ADA@example.com" }, false},
		{"the same, later", later, false},
		{"another name, at the same time", func(p *candidates.Profile) { p.Name = "Ada King" }, true},
		{"another name, later", func(p *candidates.Profile) { later(p); p.Name = "Ada King" }, true},
		{"another name, earlier", func(p *candidates.Profile) { p.Name, p.ChangedAt = "Ada Byron", noon.Add(-time.Second) }, false},
		{"another address", func(p *candidates.Profile) { p.Email = "ada.king@example.com" }, true},
		{"other skills", func(p *candidates.Profile) { p.Skills = []string{"SQL"} }, true},
		{"no skills", func(p *candidates.Profile) { p.Skills = nil }, true},
		{"another source without an external ID", func(p *candidates.Profile) { p.Source, p.ExternalID = candidates.Upload, "" }, false},
		{"another source's external ID", func(p *candidates.Profile) { p.Source, p.ExternalID = "crm", "7" }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := candidates.New(dbtest.New(t))
			first := save(t, s, ada())
			p := ada()
			c.edit(&p)
			var told announced
			got, changed, err := s.Save(t.Context(), p, told.announce)
			if err != nil || changed != c.changed || got.ID != first.ID {
				t.Fatalf("%+v, %t, %v", got, changed, err)
			}
			if c.changed {
				if got.Version != 2 || len(told) != 1 || told[0].Version != 2 || told[0].Source != p.Source {
					t.Errorf("%+v, announced %+v", got, told)
				}
				return
			}
			if diff := cmp.Diff(first, got); diff != "" || len(told) != 0 {
				t.Errorf("changed (-want +got):\n%s\nannounced %+v", diff, told)
			}
		})
	}
}

// TestSaveOutOfOrder: what confirms a candidate counts as a change in the order, so
// that one from before does not overwrite it.
func TestSaveOutOfOrder(t *testing.T) {
	s := candidates.New(dbtest.New(t))
	save(t, s, ada())
	confirmed := ada()
	confirmed.ChangedAt = noon.Add(2 * time.Minute)
	save(t, s, confirmed)
	late := ada()
	late.Name, late.ChangedAt = "Ada Byron", noon.Add(time.Minute)
	if got := save(t, s, late); got.Name != "Ada Lovelace" || got.Version != 1 {
		t.Errorf("%+v", got)
	}
}

// TestSaveNow: a change without a time is of now, later than all before.
func TestSaveNow(t *testing.T) {
	s := candidates.New(dbtest.New(t))
	save(t, s, ada())
	p := ada()
	p.Name, p.ChangedAt = "Ada King", time.Time{}
	if got := save(t, s, p); got.Name != "Ada King" {
		t.Errorf("%+v", got)
	}
	p = ada()
	p.ChangedAt = noon.Add(time.Hour)
	if got := save(t, s, p); got.Name != "Ada King" {
		t.Errorf("%+v: overwritten by an older change", got)
	}
}

func TestSaveKeepsTheSource(t *testing.T) {
	s := candidates.New(dbtest.New(t))
	p := ada()
	p.Source, p.ExternalID = candidates.Referral, ""
	save(t, s, p)
	p.Source, p.ExternalID = candidates.ATS, "a-1"
	if c := save(t, s, p); c.Source != candidates.ATS || c.ExternalID != "a-1" {
		t.Errorf("%+v; want the source that knows it by an ID", c)
	}
	p.Source, p.ExternalID, p.Name = candidates.Upload, "", "Ada King"
	if c := save(t, s, p); c.Source != candidates.ATS || c.ExternalID != "a-1" || c.Name != "Ada King" {
		t.Errorf("%+v; want the source that knows it by an ID", c)
	}
}

// TestAnAddressOfAnotherCandidate: the transaction in which that is refused goes on.
func TestAnAddressOfAnotherCandidate(t *testing.T) {
	primary := dbtest.New(t)
	s := candidates.New(primary)
	save(t, s, ada())
	grace := ada()
	grace.Email, grace.ExternalID = "grace@example.com", "a-2"
	save(t, s, grace)
	grace.Email = "ada@example.com"
	err := primary.Tx(t.Context(), func(tx pgx.Tx) error {
		_, _, err := s.SaveTx(t.Context(), tx, grace, unannounced)
		wantKind(t, err, fault.Conflict)
		grace.Email, grace.Name = "grace@example.com", "Grace Hopper"
		_, _, err = s.SaveTx(t.Context(), tx, grace, unannounced)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if c := save(t, s, grace); c.Name != "Grace Hopper" || c.Version != 2 {
		t.Errorf("%+v", c)
	}
}

func TestSaveUndoesWhatIsNotAnnounced(t *testing.T) {
	s := candidates.New(dbtest.New(t))
	failure := errors.New("no outbox")
	_, _, err := s.Save(t.Context(), ada(), func(context.Context, pgx.Tx, candidates.Saved) error { return failure })
	if !errors.Is(err, failure) {
		t.Errorf("error = %v", err)
	}
	if page, err := s.List(t.Context(), candidates.Filter{}); err != nil || len(page.Items) != 0 {
		t.Errorf("%+v, %v", page, err)
	}
}

// TestSaveAtOnce: of many at the same time, one adds the candidate, and each change
// has its own version.
func TestSaveAtOnce(t *testing.T) {
	s := candidates.New(dbtest.New(t))
	var all sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		all.Go(func() {
			p := ada()
			p.Headline = strings.Repeat("x", i+1)
			_, _, errs[i] = s.Save(t.Context(), p, unannounced)
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	page, err := s.List(t.Context(), candidates.Filter{})
	if err != nil || len(page.Items) != 1 || page.Items[0].Version != len(errs) {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestValidateSaysAllThatIsWrong(t *testing.T) {
	p := candidates.Profile{
		Email: "ada", Name: " ", Headline: "\x00", Location: "\xff", Skills: make([]string, 0, 60),
		ExternalID: strings.Repeat("é", 201), ChangedAt: time.Now().Add(time.Hour),
	}
	for i := range 51 {
		p.Skills = append(p.Skills, strings.Repeat("s", i+1))
	}
	_, _, err := candidates.New(dbtest.New(t)).Save(t.Context(), p, unannounced)
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("error = %v", err)
	}
	want := []fault.Field{
		{Field: "email", Detail: "must be an e-mail address in ASCII of 254 characters at most"},
		{Field: "name", Detail: "is required"}, {Field: "source", Detail: "is required"},
		{Field: "headline", Detail: "must be text in UTF-8 without NUL characters"},
		{Field: "location", Detail: "must be text in UTF-8 without NUL characters"},
		{Field: "externalId", Detail: "must have 200 characters at most"},
		{Field: "skills", Detail: "must be 50 at most"},
		{Field: "changedAt", Detail: "must not be in the future"},
	}
	if diff := cmp.Diff(want, f.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		name  string
		edit  func(*candidates.Profile)
		field string // "": valid
	}{
		{"all is well", func(*candidates.Profile) {}, ""},
		{"the least", func(p *candidates.Profile) {
			*p = candidates.Profile{Email: "a@b", Name: "A", Source: candidates.Upload}
		}, ""},
		{"a clock that is ahead a little", func(p *candidates.Profile) { p.ChangedAt = time.Now().Add(time.Minute) }, ""},
		{"a year before the calendar", func(p *candidates.Profile) { p.ChangedAt = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC) }, "changedAt"},
		{"an address with a name", func(p *candidates.Profile) { p.Email = "Ada <ada@example.com>" }, "email"},
		{"an address with a line break", func(p *candidates.Profile) { p.Email = "ada\n@example.com" }, "email"},
		{"an address that is not ASCII", func(p *candidates.Profile) { p.Email = "adä@example.com" }, "email"},
		{"an address that is too long", func(p *candidates.Profile) { p.Email = "a@" + strings.Repeat("b", 253) }, "email"},
		{"a long skill", func(p *candidates.Profile) { p.Skills = []string{"Go", strings.Repeat("é", 101)} }, "skills"},
		{"a source that is no text", func(p *candidates.Profile) { p.Source = "\x00" }, "source"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := ada()
			c.edit(&p)
			err := p.Validate()
			f, ok := errors.AsType[*fault.Error](err)
			switch {
			case c.field == "" && err != nil:
				t.Error(err)
			case c.field != "" && (!ok || len(f.Fields) != 1 || f.Fields[0].Field != c.field):
				t.Errorf("error = %v; want one of %s", err, c.field)
			}
		})
	}
}
