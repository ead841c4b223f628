package config

import (
	"maps"
	"net/url"
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/seastack/seastack/gen/diag"
)

// telemetry is a block that says where an environment's functions export their spans.
type telemetry struct {
	Enabled  *bool          `hcl:"enabled"`
	Endpoint *string        `hcl:"endpoint"`
	Sampling *float64       `hcl:"sampling"`
	Headers  *hcl.Attribute `hcl:"headers"`
	Range    hcl.Range      `hcl:",def_range"`

	EndpointRange hcl.Range `hcl:"endpoint,attr_range"`
	SamplingRange hcl.Range `hcl:"sampling,attr_range"`
}

// xray is the endpoint that stands for X-Ray's own of the environment's region.
const xray = "xray"

// variables returns the block as the variables of OpenTelemetry, which the
// environment's own of the same names replace.
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
func (t *telemetry) variables(region string, own map[string]Variable) map[string]Variable {
	if t == nil {
		return own
	}
	all := map[string]Variable{}
	set := func(name, value string) {
		all[name] = Variable{Value: value, Line: t.Range.Start.Line, Column: t.Range.Start.Column}
	}
	switch {
	case !or(t.Enabled, true):
		set("OTEL_SDK_DISABLED", "true")
	case t.Endpoint != nil && *t.Endpoint == xray:
		// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
		set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://xray."+region+".amazonaws.com/v1/traces")
	case t.Endpoint != nil:
		set("OTEL_EXPORTER_OTLP_ENDPOINT", *t.Endpoint)
	}
	if t.Sampling != nil {
		set("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
		set("OTEL_TRACES_SAMPLER_ARG", strconv.FormatFloat(*t.Sampling, 'g', -1, 64))
	}
	if t.Headers != nil {
		if v, ok := variableOf(t.Headers); ok {
			all["OTEL_EXPORTER_OTLP_HEADERS"] = v
		}
	}
	maps.Copy(all, own)
	return all
}

func checkTelemetry(t *telemetry, local bool) (l diag.List) {
	if t == nil {
		return nil
	}
	add := func(at hcl.Range, message, next string) {
		l = append(l, finding(diag.BadSetting, at, message, next))
	}
	if t.Endpoint == nil && !local && or(t.Enabled, true) {
		add(t.Range, "telemetry names no endpoint", `write endpoint = "xray", or the URL of a collector that takes OTLP over HTTP`)
	}
	if e := or(t.Endpoint, xray); e != xray {
		if u, err := url.Parse(e); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
			add(t.EndpointRange, "endpoint = "+quote(e)+" is not the URL of a collector",
				`write "xray", or a URL as in endpoint = "https://otel.example.com"; passwords and keys go into headers`)
		}
	}
	if s := or(t.Sampling, 1); s < 0 || s > 1 {
		add(t.SamplingRange, "sampling = "+strconv.FormatFloat(s, 'g', -1, 64)+" is no part of the traces",
			"write a number from 0 to 1: 0.1 is every tenth trace")
	}
	if t.Headers != nil {
		if _, ok := variableOf(t.Headers); !ok {
			add(t.Headers.Range, "headers is not a text, a parameter or a secret",
				`write headers = secret("name"), whose value is as in x-api-key=KEY`)
		}
	}
	return l
}
