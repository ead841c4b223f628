package candidates_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// nth returns the profile of a candidate of many.
func nth(i int) candidates.Profile {
	p := ada()
	p.Email, p.ExternalID = fmt.Sprintf("c%d@example.com", i), fmt.Sprintf("a-%d", i)
	return p
}

func idsOf(page *candidates.Page) []uuid.UUID {
	ids := []uuid.UUID{}
	for _, c := range page.Items {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestListGoesThroughAllPages(t *testing.T) {
	s := candidates.New(dbtest.New(t))
	var want, got []uuid.UUID
	for i := range 5 {
		want = append([]uuid.UUID{save(t, s, nth(i)).ID}, want...)
	}
	filter := candidates.Filter{Limit: 2}
	for pages := 1; ; pages++ {
		page, err := s.List(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, idsOf(page)...)
		save(t, s, nth(10+pages)) // is newer, and so on no page that follows
		if filter.After = page.Next; filter.After == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

func TestListFilters(t *testing.T) {
	s := candidates.New(dbtest.New(t))
	first := save(t, s, nth(1))
	p := nth(2)
	p.Source, p.Skills = candidates.Upload, []string{"Rust"}
	second := save(t, s, p)
	for _, c := range []struct {
		name   string
		filter candidates.Filter
		want   []uuid.UUID
	}{
		{"all", candidates.Filter{}, []uuid.UUID{second.ID, first.ID}},
		{"of a source", candidates.Filter{Source: candidates.ATS}, []uuid.UUID{first.ID}},
		{"with a skill", candidates.Filter{Skill: "Rust"}, []uuid.UUID{second.ID}},
		{"none", candidates.Filter{Source: candidates.ATS, Skill: "Rust"}, []uuid.UUID{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := s.List(t.Context(), c.filter)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, idsOf(page)); diff != "" || page.Items == nil {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGetMany(t *testing.T) {
	s := candidates.New(dbtest.New(t))
	first, second := save(t, s, nth(1)), save(t, s, nth(2))
	save(t, s, nth(3))
	got, err := s.GetMany(t.Context(), []uuid.UUID{second.ID, uuid.New(), first.ID, first.ID})
	if err != nil {
		t.Fatal(err)
	}
	want := map[uuid.UUID]*candidates.Candidate{first.ID: first, second.ID: second}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
	if none, err := s.GetMany(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("%v, %v", none, err)
	}
}

func TestFilterValidate(t *testing.T) {
	err := candidates.Filter{Source: "\x00", Skill: strings.Repeat("s", 101), Limit: 101, After: "?"}.Validate()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) != 4 {
		t.Errorf("error = %v; want one of source, skill, limit and after each", err)
	}
}

func TestCursorsAreBounded(t *testing.T) {
	for _, text := range []string{"?", "AAAA", strings.Repeat("A", 1<<20), strings.Repeat("A", 22), strings.Repeat("_", 23), " "} {
		var c candidates.Cursor
		if err := c.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%.40q is a cursor", text)
		}
	}
	var start candidates.Cursor
	if err := start.UnmarshalText(nil); err != nil {
		t.Error(err)
	}
}
