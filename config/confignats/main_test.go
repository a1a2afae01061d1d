package confignats_test

import (
	"testing"

	"go.uber.org/goleak"

	"example.com/lastgood/internal/leak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(leak.Tests{M: m}) }
