using System.Diagnostics;
using Harness.Mqtt.Transport;

namespace Harness.Mqtt.Tests.Transport;

/// <summary>The thread that waits for all sockets, and the one that asks on.</summary>
[CancelAfter(60_000)]
public sealed class SocketThreadTests
{
    [Test]
    public async Task A_message_is_handled_on_the_thread_that_waits_for_it()
    {
        var hooks = new NamesThreads();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks, Waiting = SocketWaiting.Sleeping });
        var client = await environment.ConnectAsync("c");
        await client.PublishAsync("t", new byte[] { 1 }, QualityOfService.AtLeastOnce);
        Assert.That(await hooks.Name.Task.WaitAsync(TestEnvironment.Timeout), Is.EqualTo("sockets"));
    }

    [Test]
    public async Task The_thread_ends_with_its_broker()
    {
        var before = Threads();
        var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Waiting = SocketWaiting.Busy });
        Assert.That(Threads(), Is.GreaterThan(before));
        await broker.DisposeAsync();
        Assert.That(() => Threads(), Is.LessThanOrEqualTo(before).After(20_000, 20));

        static int Threads() => Directory.GetDirectories("/proc/self/task").Count(thread => Text(Path.Combine(thread, "comm")) == "sockets");

        static string Text(string file)
        {
            try
            {
                return File.ReadAllText(file).Trim();
            }
            catch (IOException)
            {
                return ""; // it ended meanwhile
            }
        }
    }

    [Test]
    public async Task Programs_that_the_process_starts_get_no_descriptor_of_it()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { Waiting = SocketWaiting.Sleeping });
        using var child = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "ls -l /proc/$$/fd"]) { RedirectStandardOutput = true })!;
        var open = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.That(open, Does.Contain(" 1 -> pipe:").And.Not.Contain("eventpoll"));
    }

    [Test]
    public void Only_what_comes_more_often_than_once_a_millisecond_is_asked_for()
    {
        var (time, wait) = New();
        Come(wait, time, 500, TimeSpan.FromMicroseconds(1100));
        Assert.That(wait.IsWorthIt, Is.False);

        Come(wait, time, 500, TimeSpan.FromMicroseconds(500));
        Assert.That(wait.IsWorthIt, Is.True);

        Come(wait, time, 500, TimeSpan.FromMicroseconds(1100));
        Assert.That(wait.IsWorthIt, Is.False);
    }

    [Test]
    public void After_two_milliseconds_without_anything_it_sleeps()
    {
        var (time, wait) = Asking();
        time.Advance(TimeSpan.FromMilliseconds(1.9));
        Assert.That(wait.IsWorthIt, Is.True);
        time.Advance(TimeSpan.FromMilliseconds(0.2));
        Assert.That(wait.IsWorthIt, Is.False);
    }

    [Test]
    public void A_computation_elsewhere_makes_it_sleep_until_more_came()
    {
        var (time, wait) = Asking();
        wait.Sleep();
        Assert.That(wait.IsWorthIt, Is.False);
        Come(wait, time, 500, TimeSpan.FromMicroseconds(500));
        Assert.That(wait.IsWorthIt, Is.True);
    }

    [Test]
    public void It_always_sleeps_if_nothing_else_is_allowed()
    {
        var (time, wait) = New(allowed: false);
        Come(wait, time, 500, TimeSpan.FromMicroseconds(10));
        Assert.That(wait.IsWorthIt, Is.False);
    }

    private static (WatchedTime Time, BusyWait Wait) New(bool allowed = true)
    {
        var time = new WatchedTime();
        return (time, new BusyWait(time, allowed));
    }

    private static (WatchedTime Time, BusyWait Wait) Asking()
    {
        var (time, wait) = New();
        Come(wait, time, 500, TimeSpan.FromMicroseconds(500));
        Assert.That(wait.IsWorthIt, Is.True);
        return (time, wait);
    }

    private static void Come(BusyWait wait, WatchedTime time, int times, TimeSpan gap)
    {
        for (var i = 0; i < times; i++)
        {
            time.Advance(gap);
            wait.Came();
        }
    }

    private sealed class NamesThreads : IBrokerHooks
    {
        public TaskCompletionSource<string?> Name { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool MayPublish(ClientIdentity client, string topic) => Name.TrySetResult(Thread.CurrentThread.Name);
    }
}
