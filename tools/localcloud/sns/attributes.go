package sns

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/members"
)

// defaultPolicy returns the policy of a topic whose policy was not set: its owner
// may do everything, by its own alarms as well.
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
func defaultPolicy(topicARN, account string) string {
	return fmt.Sprintf(`{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID",`+
		`"Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes",`+
		`"SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic",`+
		`"SNS:Publish"],"Resource":%q,"Condition":{"StringEquals":{"AWS:SourceOwner":%q}}}]}`, topicARN, account)
}

// defaultDeliveryPolicy is the policy of retries over HTTP of a topic that has
// none.
// https://docs.aws.amazon.com/sns/latest/dg/creating-delivery-policy.html
const defaultDeliveryPolicy = `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,` +
	`"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},` +
	`"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`

// keptAttributes are the attributes of topics that are shown again and have no
// effect. Logs of deliveries have a role and a rate for each protocol.
// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
var keptAttributes = append([]string{"DisplayName", "DeliveryPolicy", "KmsMasterKeyId", "SignatureVersion", "TracingConfig"}, feedback()...)

func feedback() (names []string) {
	for _, protocol := range []string{"Application", "Firehose", "HTTP", "Lambda", "SQS"} {
		names = append(names, protocol+"SuccessFeedbackRoleArn", protocol+"SuccessFeedbackSampleRate", protocol+"FailureFeedbackRoleArn")
	}
	return names
}

// set checks and sets an attribute of a topic; an empty value removes it.
func (s *Service) set(attributes map[string]string, name, value string) error {
	if err := s.checkTopicAttribute(name, value); err != nil {
		return err
	}
	if value == "" || slices.Contains(fifoAttributes, name) {
		delete(attributes, name)
	} else {
		attributes[name] = value
	}
	return nil
}

// fifoAttributes are attributes of FIFO topics. "false" is that of a standard topic.
var fifoAttributes = []string{"FifoTopic", "ContentBasedDeduplication", "FifoThroughputScope", "ArchivePolicy"}

func (s *Service) checkPolicy(document string) error {
	if document == "" {
		return errParameter("Policy Reason: Policy is null or empty")
	}
	if err := s.deps.CheckPolicy(document); err != nil {
		return errParameter("Policy Error: %v", err)
	}
	return nil
}

// maxDisplayName is the most characters of a topic's DisplayName.
// https://docs.aws.amazon.com/sns/latest/dg/sns-create-topic.html
const maxDisplayName = 100

func (s *Service) checkTopicAttribute(name, value string) error {
	switch {
	case slices.Contains(fifoAttributes, name):
		if value == "" || value == "false" {
			return nil
		}
		return errParameter("Attributes Reason: %s", members.Unsupported(name))
	case name == "Policy":
		return s.checkPolicy(value)
	case !slices.Contains(keptAttributes, name):
		return errParameter("AttributeName")
	case value == "":
		return nil
	case name == "DisplayName" && len([]rune(value)) > maxDisplayName:
		return errParameter("DisplayName Reason: must be at most %d characters", maxDisplayName)
	case name == "SignatureVersion" && value != "1" && value != "2":
		return errParameter("SignatureVersion Reason: must be 1 or 2")
	case name == "TracingConfig" && value != "Active" && value != "PassThrough":
		return errParameter("TracingConfig Reason: must be Active or PassThrough")
	case strings.HasSuffix(name, "Policy") && !json.Valid([]byte(value)):
		return errParameter("%s Reason: it is not JSON", name)
	}
	return nil
}
