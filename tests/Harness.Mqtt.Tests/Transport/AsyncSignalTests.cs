using Harness.Mqtt.Transport;

namespace Harness.Mqtt.Tests.Transport;

/// <summary>Checks the signal that wakes a connection's writing loop, and the readers and writers of its socket.</summary>
[TestFixture]
[CancelAfter(60_000)]
internal sealed class AsyncSignalTests
{
    [Test]
    public void A_signal_without_a_waiter_wakes_the_next_one_once()
    {
        var signal = new AsyncSignal();
        signal.Set();
        signal.Set();

        Assert.That(signal.WaitAsync(CancellationToken.None).IsCompletedSuccessfully, Is.True);
        Assert.That(signal.WaitAsync(CancellationToken.None).IsCompleted, Is.False);
    }

    [Test]
    public async Task A_waiter_is_woken_by_a_signal(CancellationToken stop)
    {
        var signal = new AsyncSignal();
        for (var i = 0; i < 100; i++)
        {
            var waiting = signal.WaitAsync(stop).AsTask();
            Assert.That(waiting.IsCompleted, Is.False);
            signal.Set();
            await waiting;
        }
    }

    [Test]
    public void A_waiter_goes_on_before_a_signal_that_is_set_here_returns()
    {
        var signal = new AsyncSignal();
        var thread = 0;
        var waiting = WaitAsync();

        signal.Set(here: true);
        Assert.That((waiting.IsCompletedSuccessfully, thread), Is.EqualTo((true, Environment.CurrentManagedThreadId)));

        async Task WaitAsync()
        {
            await signal.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            thread = Environment.CurrentManagedThreadId;
        }
    }

    [Test]
    public async Task A_cancelled_wait_leaves_the_signal_to_the_next(CancellationToken stop)
    {
        var signal = new AsyncSignal();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var waiting = signal.WaitAsync(cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await signal.WaitAsync(cancelled.Token), Throws.InstanceOf<OperationCanceledException>(), "begun after it");

        signal.Set();
        await signal.WaitAsync(stop);
    }

    [Test]
    public async Task A_token_that_falls_later_ends_a_wait_though_it_was_given_to_an_earlier_one(CancellationToken stop)
    {
        var signal = new AsyncSignal();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stop);
        signal.Set();
        await signal.WaitAsync(cancelled.Token);
        var waiting = signal.WaitAsync(cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_token_that_was_given_up_for_another_ends_no_wait(CancellationToken stop)
    {
        var signal = new AsyncSignal();
        using var earlier = new CancellationTokenSource();
        signal.Set();
        await signal.WaitAsync(earlier.Token);
        var waiting = signal.WaitAsync(stop).AsTask();
        await earlier.CancelAsync();
        Assert.That(waiting.IsCompleted, Is.False);
        signal.Set();
        await waiting;
    }

    [Test]
    public async Task A_signal_for_good_wakes_whoever_waits_later(CancellationToken stop)
    {
        var signal = new AsyncSignal();
        var waiting = signal.WaitAsync(stop).AsTask();
        signal.Set(forGood: true);
        await waiting;
        await signal.WaitAsync(stop);
        await signal.WaitAsync(stop);
    }

    /// <summary>Signals that come from other threads while the waiter comes and goes: none is lost, as the waiter would wait for ever.</summary>
    [Test]
    public async Task No_signal_is_lost_among_threads(CancellationToken stop)
    {
        const int Rounds = 2000;
        var (there, back) = (new AsyncSignal(), new AsyncSignal());
        var other = Task.Run(
            async () =>
            {
                for (var i = 0; i < Rounds; i++)
                {
                    await there.WaitAsync(stop);
                    back.Set();
                }
            },
            stop);
        for (var i = 0; i < Rounds; i++)
        {
            there.Set(here: i % 2 == 0);
            await back.WaitAsync(stop);
        }

        await other;
    }
}
