// Command knative-autoscaler answers series of load with the decisions of Knative's own autoscaler. It reads one series
// per line as JSON and writes one line for each: the replicas of every tick, null where nothing can be decided.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"reflect"
	"time"
	"unsafe"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric/noop"
	"go.uber.org/zap"
	"k8s.io/apimachinery/pkg/types"

	"knative.dev/serving/pkg/autoscaler/aggregation"
	"knative.dev/serving/pkg/autoscaler/metrics"
	"knative.dev/serving/pkg/autoscaler/scaling"
)

// series is what happens to one workload. Times are ms since the epoch, durations ms.
type series struct {
	Start          int64   `json:"start"`
	ReadyAtStart   int     `json:"readyAtStart"`
	Metric         string  `json:"metric"`
	Target         float64 `json:"target"`
	PanicThreshold float64 `json:"panicThreshold"`
	MaxUpRate      float64 `json:"maxScaleUpRate"`
	MaxDownRate    float64 `json:"maxScaleDownRate"`
	StableWindow   int64   `json:"stableWindowMs"`
	PanicWindow    int64   `json:"panicWindowMs"`
	Activation     int32   `json:"activationReplicas"`
	Delay          int64   `json:"scaleDownDelayMs"`
	Reachable      bool    `json:"reachable"`
	Ticks          []tick  `json:"ticks"`
}

// tick is a decision and what was recorded since the one before, as pairs of time and value.
type tick struct {
	At      int64        `json:"at"`
	Ready   int          `json:"ready"`
	Samples [][2]float64 `json:"samples"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	in, answers := json.NewDecoder(lines), json.NewEncoder(out)
	for in.More() {
		var one series
		if err := in.Decode(&one); err != nil {
			log.Fatal(err)
		}
		if err := answers.Encode(decide(one)); err != nil {
			log.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func decide(one series) []*int32 {
	load := newLoad(one)
	pods := &pods{ready: one.ReadyAtStart}
	scaler := scaling.New(attribute.NewSet(), noop.NewMeterProvider(), "namespace", "workload", load, pods,
		&scaling.DeciderSpec{
			MaxScaleUpRate:   one.MaxUpRate,
			MaxScaleDownRate: one.MaxDownRate,
			ScalingMetric:    one.Metric,
			TargetValue:      one.Target,
			TotalValue:       one.Target,
			PanicThreshold:   one.PanicThreshold,
			StableWindow:     milliseconds(one.StableWindow),
			ActivationScale:  one.Activation,
			ScaleDownDelay:   milliseconds(one.Delay),
			Reachable:        one.Reachable,
		})
	if one.ReadyAtStart > 1 {
		panicFrom(scaler, time.UnixMilli(one.Start))
	}
	decided := make([]*int32, 0, len(one.Ticks))
	for _, tick := range one.Ticks {
		for _, sample := range tick.Samples {
			load.record(time.UnixMilli(int64(sample[0])), sample[1])
		}
		pods.ready = tick.Ready
		result := scaler.Scale(silent, time.UnixMilli(tick.At))
		if result.ScaleValid {
			decided = append(decided, &result.DesiredPodCount)
		} else {
			decided = append(decided, nil)
		}
	}
	return decided
}

var silent = zap.NewNop().Sugar()

// panicFrom puts the time of the series in the place of the clock's, which a new autoscaler asks when it begins in panic.
func panicFrom(scaler scaling.UniScaler, start time.Time) {
	field := reflect.ValueOf(scaler).Elem().FieldByName("panicTime")
	*(*time.Time)(unsafe.Pointer(field.UnsafeAddr())) = start
}

func milliseconds(count int64) time.Duration { return time.Duration(count) * time.Millisecond }

type pods struct{ ready int }

func (p *pods) ReadyCount() (int, error)    { return p.ready, nil }
func (p *pods) NotReadyCount() (int, error) { return 0, nil }

// load is what metrics.MetricCollector keeps of one workload, with the same answer where there is no data.
type load struct {
	stable, panic *aggregation.TimedFloat64Buckets
}

func newLoad(one series) *load {
	return &load{
		stable: aggregation.NewTimedFloat64Buckets(milliseconds(one.StableWindow), time.Second),
		panic:  aggregation.NewTimedFloat64Buckets(milliseconds(one.PanicWindow), time.Second),
	}
}

func (l *load) record(at time.Time, value float64) {
	l.stable.Record(at, value)
	l.panic.Record(at, value)
}

func (l *load) averages(now time.Time) (float64, float64, error) {
	if l.stable.IsEmpty(now) {
		return 0, 0, metrics.ErrNoData
	}
	return l.stable.WindowAverage(now), l.panic.WindowAverage(now), nil
}

func (l *load) StableAndPanicConcurrency(_ types.NamespacedName, now time.Time) (float64, float64, error) {
	return l.averages(now)
}

func (l *load) StableAndPanicRPS(_ types.NamespacedName, now time.Time) (float64, float64, error) {
	return l.averages(now)
}
