package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTelemetry: the block becomes OpenTelemetry's variables, which those of an env
// block replace.
func TestTelemetry(t *testing.T) {
	const aws = `
  account = "123456789012"
  backend "s3" { bucket = "states" }
`
	c, err := Parse([]byte(`
environment "local" {
  telemetry { sampling = 0.5 }
}
environment "production" {`+aws+`
  region = "eu-west-1"
  telemetry { endpoint = "xray" }
}
environment "staging" {`+aws+`
  telemetry {
    endpoint = "https://otel.example.com"
    headers  = secret("otel-headers")
    sampling = 0
  }
  env { OTEL_TRACES_SAMPLER = "always_on" }
}
environment "test" {`+aws+`
  telemetry { enabled = false }
}
environment "other" {`+aws+`
}
`), "example.com/hiring")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]map[string]string{
		"local":      {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.5"},
		"production": {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://xray.eu-west-1.amazonaws.com/v1/traces"},
		"staging": {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://otel.example.com", "OTEL_EXPORTER_OTLP_HEADERS": "secret otel-headers",
			"OTEL_TRACES_SAMPLER": "always_on", "OTEL_TRACES_SAMPLER_ARG": "0"},
		"test":  {"OTEL_SDK_DISABLED": "true"},
		"other": {},
	} {
		e, err := c.Environment(name)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for variable, v := range e.Variables("web", "get") {
			if got[variable] = v.Value; v.Secret != "" {
				got[variable] = "secret " + v.Secret
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
