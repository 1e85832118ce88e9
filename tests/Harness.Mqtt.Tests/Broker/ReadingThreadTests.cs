namespace Harness.Mqtt.Tests.Broker;

/// <summary>The thread that waits for all sockets is left by whatever computes for long.</summary>
public class ReadingThreadTests
{
    [Test]
    [Repeat(200)]
    public async Task A_thread_of_its_own_is_left_for_the_pool()
    {
        var seen = new TaskCompletionSource<(bool Before, bool After)>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => _ = GoAsync()).Start();
        Assert.That(await seen.Task.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo((false, true)));

        async Task GoAsync()
        {
            var before = Thread.CurrentThread.IsThreadPoolThread;
            await ReadingThread.Leave();
            seen.SetResult((before, Thread.CurrentThread.IsThreadPoolThread));
        }
    }

    [Test]
    public async Task A_thread_of_the_pool_goes_on() => Assert.That(await Task.Run(() => ReadingThread.Leave().GetAwaiter().IsCompleted), Is.True);
}
