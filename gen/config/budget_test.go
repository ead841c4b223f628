package config_test

import (
	"testing"
	"time"

	"github.com/seastack/seastack/gen/config"
)

// TestBudget: a stack's members come before those of its environment.
func TestBudget(t *testing.T) {
	c, err := config.Parse([]byte(`
environment "local" {
  budget {
    package = "10MB"
    init    = "100ms"
  }
  stack "web" {
    budget {
      package = "500kB"
    }
  }
  stack "etl" {
    memory = 512
  }
}`), "example.com/shop")
	if err != nil {
		t.Fatal(err)
	}
	env, err := c.Environment(config.Local)
	if err != nil {
		t.Fatal(err)
	}
	for stack, want := range map[string]config.Budget{
		"web": {Package: 500e3, Init: 100 * time.Millisecond}, "etl": {Package: 10e6, Init: 100 * time.Millisecond},
		"other": {Package: 10e6, Init: 100 * time.Millisecond},
	} {
		if got := env.BudgetOf(stack); got != want {
			t.Errorf("%s: %+v, want %+v", stack, got, want)
		}
	}
}
