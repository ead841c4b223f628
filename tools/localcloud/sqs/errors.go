package sqs

import "github.com/seastack/seastack/tools/localcloud/wire"

// legacy is the prefix of the error codes of SQS's Query protocol, which clients
// still get in x-amzn-query-error.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
const legacy = "AWS.SimpleQueueService."

func fail(code, queryCode, format string, args ...any) *wire.Error {
	e := wire.Errorf(400, code, format, args...)
	e.QueryCode = queryCode
	return e
}

func errNoQueue() *wire.Error {
	return fail("QueueDoesNotExist", legacy+"NonExistentQueue", "The specified queue does not exist.")
}

func errAddress(url string) *wire.Error {
	return fail("InvalidAddress", "InvalidAddress", "The address %s is not valid for this endpoint.", url)
}

func errParameter(format string, args ...any) *wire.Error {
	return fail("InvalidParameterValueException", "InvalidParameterValue", format, args...)
}

func errMissing(name string) *wire.Error {
	return fail("MissingRequiredParameterException", "MissingParameter",
		"The request must contain the parameter %s.", name)
}

func errAttributeName(name string) *wire.Error {
	return fail("InvalidAttributeName", "InvalidAttributeName", "Unknown Attribute %s.", name)
}

func errAttributeValue(name string) *wire.Error {
	return fail("InvalidAttributeValue", "InvalidAttributeValue", "Invalid value for the parameter %s.", name)
}

func errPolicy(format string, args ...any) *wire.Error {
	return fail("InvalidAttributeValue", "InvalidAttributeValue",
		"Invalid value for the parameter Policy. Reason: "+format, args...)
}

func errNotFound(format string, args ...any) *wire.Error {
	return fail("ResourceNotFoundException", "ResourceNotFoundException", format, args...)
}

func errUnsupported(format string, args ...any) *wire.Error {
	return fail("UnsupportedOperation", legacy+"UnsupportedOperation", format, args...)
}

func errHandle() *wire.Error {
	return fail("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
}

// errQueueType is the error of a parameter that only the other type of queue
// has.
func errQueueType(parameter, value string) *wire.Error {
	return errParameter("Value %s for parameter %s is invalid. "+
		"Reason: The request includes a parameter that is not valid for this queue type.", value, parameter)
}
