package database_test

import (
	"errors"
	"testing"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// TestQueryOfASuperuser: what a superuser may do goes beyond the transaction.
func TestQueryOfASuperuser(t *testing.T) {
	d, err := database.FromURL(dbtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Query(t.Context(), "SELECT 1", 10)
	var failed diag.Diagnostic
	want := "the statement cannot be run: the URL's role is a superuser, whose statements can do more than read"
	if !errors.As(err, &failed) || failed.Code != diag.QueryFailed || failed.Message != want {
		t.Errorf("got %v", err)
	}
}
