// Signatures of System.Device.Gpio 4.2.0.
namespace System.Device.Gpio
{
    public enum PinMode
    {
        Input,
    }

    public readonly struct PinValue : IEquatable<PinValue>
    {
        public static PinValue High => throw new NotImplementedException();

        public static bool operator ==(PinValue a, PinValue b) => throw new NotImplementedException();

        public static bool operator !=(PinValue a, PinValue b) => throw new NotImplementedException();

        public bool Equals(PinValue other) => throw new NotImplementedException();

        public override bool Equals(object? obj) => throw new NotImplementedException();

        public override int GetHashCode() => throw new NotImplementedException();
    }

    public abstract class GpioDriver : IDisposable
    {
        public void Dispose() => throw new NotImplementedException();
    }

    public class GpioPin
    {
        internal GpioPin()
        {
        }
    }

    public class GpioController : IDisposable
    {
        public GpioController(GpioDriver driver) => throw new NotImplementedException();

        public GpioPin OpenPin(int pinNumber, PinMode mode) => throw new NotImplementedException();

        public virtual PinValue Read(int pinNumber) => throw new NotImplementedException();

        public void Dispose() => throw new NotImplementedException();
    }
}

namespace System.Device.Gpio.Drivers
{
    public abstract class UnixDriver : GpioDriver
    {
    }

    public class LibGpiodDriver : UnixDriver
    {
        public LibGpiodDriver(int gpioChip = 0) => throw new NotImplementedException();
    }

    public sealed class LibGpiodV2Driver : UnixDriver
    {
        public LibGpiodV2Driver(int chipNumber) => throw new NotImplementedException();
    }
}
