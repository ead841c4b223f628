package eventsource

import (
	"fmt"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/filter"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/optional"
)

// mapping is an event source mapping as it is stored.
type mapping struct {
	mappingView
	Ref     names.Reference
	Enabled bool
	Tags    map[string]string `json:",omitempty"`
}

// mappingView is a mapping as the API shows it.
type mappingView struct {
	UUID                           string
	EventSourceMappingArn          string
	FunctionArn                    string
	EventSourceArn                 string
	BatchSize                      int
	MaximumBatchingWindowInSeconds int
	FunctionResponseTypes          []string
	ScalingConfig                  *scalingConfig  `json:",omitempty"`
	ProvisionedPollerConfig        *pollerConfig   `json:",omitempty"`
	FilterCriteria                 *filterCriteria `json:",omitempty"`
	KMSKeyArn                      string          `json:",omitempty"`
	LastModified                   float64
	State                          string
	StateTransitionReason          string
	LastProcessingResult           string `json:",omitempty"`
}

type scalingConfig struct {
	MaximumConcurrency *int `json:",omitempty"`
}

// pollerConfig is that of a queue's own pollers.
type pollerConfig struct {
	MinimumPollers *int `json:",omitempty"`
	MaximumPollers *int `json:",omitempty"`
}

func (c *pollerConfig) check(v *apierror.Violations) {
	if c != nil {
		v.Between(c.MinimumPollers, "provisionedPollerConfig.minimumPollers", 2, 200)
		v.Between(c.MaximumPollers, "provisionedPollerConfig.maximumPollers", 2, 2000)
	}
}

type filterCriteria struct{ Filters []filterPattern }

type filterPattern struct{ Pattern string }

// patterns returns the patterns; there may be no criteria.
func (c *filterCriteria) patterns() (all []string) {
	if c != nil {
		for _, f := range c.Filters {
			all = append(all, f.Pattern)
		}
	}
	return all
}

type mappingInput struct {
	EventSourceArn                 string
	FunctionName                   string
	Enabled                        *bool
	BatchSize                      *int
	MaximumBatchingWindowInSeconds *int
	FunctionResponseTypes          *[]string
	ScalingConfig                  *scalingConfig
	ProvisionedPollerConfig        *pollerConfig
	FilterCriteria                 *filterCriteria
	KMSKeyArn                      *string
	Tags                           map[string]string
}

// check returns an error if a member of the request is out of its range.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
func (in *mappingInput) check() error {
	var v apierror.Violations
	v.Between(in.BatchSize, "batchSize", 1, 10000)
	v.Between(in.MaximumBatchingWindowInSeconds, "maximumBatchingWindowInSeconds", 0, 300)
	if in.ScalingConfig != nil {
		v.Between(in.ScalingConfig.MaximumConcurrency, "scalingConfig.maximumConcurrency", 2, 1000)
	}
	in.ProvisionedPollerConfig.check(&v)
	if in.FunctionResponseTypes != nil {
		for _, t := range *in.FunctionResponseTypes {
			v.OneOf(t, "functionResponseTypes", "ReportBatchItemFailures")
		}
	}
	for _, p := range in.FilterCriteria.patterns() {
		if len(p) > maxPattern {
			v.Add(p, "filterCriteria.filters", fmt.Sprintf("Member must have length less than or equal to %d", maxPattern))
		}
	}
	if err := v.Err(); err != nil {
		return err
	}
	if _, err := filter.Parse(in.FilterCriteria.patterns()...); err != nil {
		return apierror.Invalid("Invalid filter pattern definition. %v", err)
	}
	return nil
}

// maxPattern is the longest pattern of a filter, in bytes.
// https://docs.aws.amazon.com/lambda/latest/api/API_Filter.html
const maxPattern = 4096

// apply sets the members of m that the request has.
func (in *mappingInput) apply(m *mapping) error {
	optional.Set(&m.BatchSize, in.BatchSize)
	optional.Set(&m.MaximumBatchingWindowInSeconds, in.MaximumBatchingWindowInSeconds)
	optional.Set(&m.FunctionResponseTypes, in.FunctionResponseTypes)
	optional.Set(&m.KMSKeyArn, in.KMSKeyArn)
	optional.Set(&m.Enabled, in.Enabled)
	if in.ScalingConfig != nil {
		m.ScalingConfig = in.ScalingConfig
		if in.ScalingConfig.MaximumConcurrency == nil {
			m.ScalingConfig = nil
		}
	}
	if p := in.ProvisionedPollerConfig; p != nil {
		m.ProvisionedPollerConfig = p
		if p.MinimumPollers == nil && p.MaximumPollers == nil {
			m.ProvisionedPollerConfig = nil
		}
	}
	if m.ScalingConfig != nil && m.ProvisionedPollerConfig != nil {
		return apierror.Invalid("ScalingConfig and ProvisionedPollerConfig cannot both be set.")
	}
	if in.FilterCriteria != nil {
		m.FilterCriteria = in.FilterCriteria
		if len(in.FilterCriteria.Filters) == 0 {
			m.FilterCriteria = nil
		}
	}
	// So a batch of a FIFO queue has at most 10 messages.
	if m.MaximumBatchingWindowInSeconds > 0 && names.IsFIFO(m.EventSourceArn) {
		return apierror.Invalid("Batching window is not supported for FIFO queues")
	}
	if m.BatchSize > 10 && m.MaximumBatchingWindowInSeconds == 0 {
		return apierror.Invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
	}
	return nil
}

// view returns a mapping as the API shows it. If state is not empty it replaces
// the mapping's state.
func (m mapping) view(state string) *mappingView {
	v := m.mappingView
	if state != "" {
		v.State = state
	}
	if v.FunctionResponseTypes == nil {
		v.FunctionResponseTypes = []string{}
	}
	return &v
}

// settle sets the final state after a change.
func (m *mapping) settle() {
	m.State = "Disabled"
	if m.Enabled {
		m.State = "Enabled"
	}
	m.StateTransitionReason = "USER_INITIATED"
}
