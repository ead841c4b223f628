package deploy

import (
	"encoding/json"
	"fmt"
)

// holds tells what is lost with a resource of that type: data, or an address
// that others have been given. Such a resource is destroyed or replaced only
// when somebody has named it. Log groups are not among them: a function's logs
// go with the function, and a rename of a function is an everyday change.
var holds = map[string]string{
	"aws_apigatewayv2_api":         "the API's URL",
	"aws_apigatewayv2_domain_name": "a domain's address",
	"aws_cloudwatch_event_bus":     "an event bus that others publish to",
	"aws_db_instance":              "a database",
	"aws_dynamodb_table":           "a table's items",
	"aws_ecr_repository":           "images",
	"aws_efs_file_system":          "files",
	"aws_kinesis_stream":           "a stream's records",
	"aws_kms_key":                  "a key, and with it all that it encrypts",
	"aws_lambda_function_url":      "a function's URL",
	"aws_rds_cluster":              "a database",
	"aws_s3_bucket":                "a bucket's objects",
	"aws_secretsmanager_secret":    "a secret's value",
	"aws_sns_topic":                "a topic that others publish to",
	"aws_sqs_queue":                "a queue's messages",
	"aws_ssm_parameter":            "a parameter's value",
}

// lost returns the resources of a plan whose destruction loses data or an
// address, with the attributes that they have now.
func lost(s Summary, before map[string]map[string]any) (all []Resource) {
	for _, c := range s.Resources {
		if c.Lost() {
			all = append(all, Resource{Address: c.Address, Type: c.Type, Name: c.Name, Holds: c.Holds, Values: before[c.Address]})
		}
	}
	return all
}

// HeldIn returns the addresses of those resources of a state's JSON that hold
// data or an address; none for a state that cannot be read.
func HeldIn(state []byte) (addresses []string) {
	var s struct {
		Resources []struct {
			Module    string
			Mode      string
			Type      string
			Name      string
			Instances []struct {
				Key any `json:"index_key"`
			}
		}
	}
	if json.Unmarshal(state, &s) != nil {
		return nil
	}
	for _, r := range s.Resources {
		if r.Mode != "managed" || holds[r.Type] == "" {
			continue
		}
		address := r.Type + "." + r.Name
		if r.Module != "" {
			address = r.Module + "." + address
		}
		for _, i := range r.Instances {
			addresses = append(addresses, address+instanceKey(i.Key))
		}
	}
	return addresses
}

func instanceKey(key any) string {
	switch k := key.(type) {
	case nil:
		return ""
	case string:
		return fmt.Sprintf("[%q]", k)
	default:
		return fmt.Sprintf("[%v]", k)
	}
}
